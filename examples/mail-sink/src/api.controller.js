const { createServer } = require('node:http');
const { createTransport } = require('nodemailer');
const { Controller } = require('jest-controller');

/** The application: every POST is a sign-up, which is answered by mail. Where the mail server is, it is told by `data`. */
class ApiController extends Controller {
  factory() {
    const transport = createTransport({ host: '127.0.0.1', port: this.data.smtpPort, secure: false });
    return createServer(async (request, response) => {
      const address = new URL(request.url, 'http://localhost').searchParams.get('email');
      await transport.sendMail({ from: 'api@example.org', to: address, subject: 'Welcome', text: `Hello, ${address}!` });
      response.writeHead(202).end();
    });
  }
}

module.exports = { ApiController };
