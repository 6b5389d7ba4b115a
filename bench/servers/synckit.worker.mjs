import { runAsWorker } from 'synckit';

runAsWorker(async (a, b) => a + b);
