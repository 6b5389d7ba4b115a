/**
 * The controllers on one host: who is there, who was, and whom a message concerns. Test side.
 */
import type { ControllerId, FromHost } from '../protocol/messages';
import type { LinkEnd, LinkMember } from './link-member';

export class Members {
  readonly #present = new Map<ControllerId, LinkMember>();
  /** By name, who ever joined: at most two, which is enough to tell whether there was another. */
  readonly #joined = new Map<string, Set<symbol>>();
  /** Who has left last: an ending host on which nobody is any more may still print something. */
  #last: LinkMember | undefined;
  #lastId = 0;

  get present(): boolean {
    return this.#present.size > 0;
  }

  /** The names of those who are there, any of whom may have thrown, in words; undefined where nobody is. */
  get names(): string | undefined {
    const names = [...this.#present.values()].map(({ name }) => name);
    return names.length === 0 ? undefined : names.join(' or ');
  }

  /** When the first of them has waited long enough, on the clock of `now()`. */
  get deadline(): number {
    return Math.min(...[...this.#present.values()].map(({ deadline }) => deadline));
  }

  tick(): void {
    for (const member of [...this.#present.values()]) member.tick();
  }

  newId(): ControllerId {
    this.#lastId += 1;
    return this.#lastId;
  }

  join(id: ControllerId, member: LinkMember): void {
    this.#present.set(id, member);
    const namesakes = this.#joined.get(member.name) ?? new Set<symbol>();
    this.#joined.set(member.name, namesakes);
    if (namesakes.size < 2) namesakes.add(member.owner);
  }

  leave(id: ControllerId): void {
    this.#last = this.#present.get(id) ?? this.#last;
    this.#present.delete(id);
  }

  /** Whether another than `id` is there. */
  presentBeside(id: ControllerId): boolean {
    return [...this.#present.keys()].some((other) => other !== id);
  }

  /** The names of the others that are or were there, each once. */
  companionsOf({ owner }: Pick<LinkMember, 'owner'>): readonly string[] {
    return [...this.#joined].filter(([, namesakes]) => [...namesakes].some((other) => other !== owner)).map(([name]) => name);
  }

  /** Hands a message to whom it concerns; `ending`: the host was told to end, or is at its end. */
  receive(message: FromHost, ending: boolean): void {
    if ('id' in message && message.id !== undefined) this.#present.get(message.id)?.receive(message);
    else if (!this.present && ending && message.type === 'logged') this.#last?.receive(message);
    else for (const member of [...this.#present.values()]) member.receive(message);
  }

  /** Tells all that the host is gone. They leave. */
  end(end: LinkEnd): void {
    for (const member of [...this.#present.values()]) member.ended(end);
    this.#present.clear();
  }
}
