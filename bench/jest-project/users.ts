export interface User {
  readonly name: string;
}

export function users(): readonly User[] {
  return [{ name: 'Ada' }, { name: 'Grace' }];
}
