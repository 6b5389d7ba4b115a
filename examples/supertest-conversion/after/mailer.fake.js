/** Stands for src/mailer.js on the server side. What it prints, the test reads from `api.logs`. */
exports.send = async (to, text) => {
  console.log(`mail to ${to}: ${text}`);
};
