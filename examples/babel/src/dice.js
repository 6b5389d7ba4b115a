export function rollDice(sides) {
  return 1 + Math.floor(Math.random() * Number(sides));
}
