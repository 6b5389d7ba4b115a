const { SMTPServer } = require('smtp-server');
const { Controller } = require('jest-controller');

/** An SMTP server that keeps what it is sent. */
class MailSinkController extends Controller {
  #mails = [];

  factory() {
    return new SMTPServer({
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      onData: (stream, session, callback) => {
        let text = '';
        stream.setEncoding('utf8');
        stream.on('data', (chunk) => (text += chunk));
        stream.on('end', () => {
          const mail = { to: session.envelope.rcptTo.map(({ address }) => address), text };
          this.#mails.push(mail);
          this.emit('mail', mail);
          callback();
        });
      },
    });
  }

  mailsTo(address) {
    return this.#mails.filter(({ to }) => to.includes(address));
  }
}

module.exports = { MailSinkController };
