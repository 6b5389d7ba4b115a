/** Stands for src/mailer.js on the server side. The test waits for what it prints by `api.waitForLog()`. */
exports.send = async (to, text) => {
  console.log(`mail to ${to}: ${text}`);
};
