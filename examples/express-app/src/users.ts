export interface User {
  readonly id: number;
  readonly name: string;
}

const users: User[] = [{ id: 1, name: 'Ada' }];

export function listUsers(): readonly User[] {
  return users;
}

export function addUser(name: string): User {
  const user = { id: users.length + 1, name };
  users.push(user);
  return user;
}
