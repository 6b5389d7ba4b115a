// A server's thread with Jest's transformer of its own: what it would take if nobody else compiled for it.
'use strict';
const { parentPort, workerData } = require('node:worker_threads');

(async () => {
  const since = process.hrtime.bigint();
  const { createScriptTransformer } = require('@jest/transform');
  const transformer = await createScriptTransformer(workerData.config, new Map());
  const options = {
    isInternalModule: false,
    supportsDynamicImport: false,
    supportsExportNamespaceFrom: false,
    supportsStaticESM: false,
    supportsTopLevelAwait: false,
  };
  transformer.transform(workerData.file, {
    ...options,
    changedFiles: undefined,
    collectCoverage: false,
    collectCoverageFrom: [],
    coverageProvider: 'babel',
    sourcesRelatedToTestsInChangedFiles: undefined,
  });
  parentPort.postMessage(Number(process.hrtime.bigint() - since) / 1e6);
})();
