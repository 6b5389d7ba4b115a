exports.send = async () => {
  throw new Error('No mail leaves this machine during tests.');
};
