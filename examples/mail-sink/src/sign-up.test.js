const { once } = require('node:events');
const { useControllers } = require('jest-controller');
const { ApiController } = require('./api.controller');
const { MailSinkController } = require('./mail-sink.controller');

// The API starts as soon as the sink has, whose port it asks for.
const { api, mail } = useControllers({
  api: [ApiController, { data: ({ mail }) => ({ smtpPort: mail.port }) }],
  mail: MailSinkController,
});

function signUp(email) {
  return fetch(`${api.url}/?email=${encodeURIComponent(email)}`, { method: 'POST' });
}

test('a sign-up is answered by mail', async () => {
  expect((await signUp('ada@example.org')).status).toBe(202);
  const [welcome] = await mail.remote.mailsTo('ada@example.org');
  expect(welcome.text).toContain('Hello, ada@example.org!');
});

test('mails can be waited for', async () => {
  const arrived = once(mail, 'mail');
  await signUp('grace@example.org');
  const [welcome] = await arrived;
  expect(welcome.to).toStrictEqual(['grace@example.org']);
});
