const assert = require('node:assert');
const { ProcessLoop } = require('jest-controller');
const { EchoController } = require('./echo.controller');

(async () => {
  for (const options of [{}, { loop: new ProcessLoop() }]) {
    const echo = await new EchoController('127.0.0.1', 0, options).start();
    assert.equal(await echo.remote.add(1, 2), 3);
    assert.equal((await echo.stop()).forced, false);
    assert.equal(echo.startSync().remoteSync.add(1, 2), 3);
    echo.stopSync();
  }
  // Never stopped: nothing may keep this process alive.
  await new EchoController().start();
})();
