/** Gives `value` after some turns of the event loop, in which timers come: later than what has arrived in a thread that stood still. */
export async function inSomeTurns<Value>(value: Value): Promise<Value> {
  for (let turn = 0; turn < 10; turn += 1) await new Promise(setImmediate);
  return value;
}
