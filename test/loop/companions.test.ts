/**
 * Who else was on a loop, for what is left on it.
 */
import { expect, test } from '@jest/globals';
import type { HostHandle } from '../../src/loop/handle';
import { joinedChannels } from '../../src/loop/joined-channels';
import { Link } from '../../src/loop/link';

const ignore = (): undefined => undefined;

interface Player {
  readonly name: string;
  readonly owner: symbol;
}

/** Who comes to a link, one after the other. */
function joined(...players: readonly Player[]): Link {
  const { near } = joinedChannels();
  const handle: HostHandle = {
    kind: 'thread',
    number: 1,
    channels: near,
    onExit: ignore,
    ref: ignore,
    unref: ignore,
    terminate: () => Promise.resolve(),
  };
  const link = new Link(handle, { loader: undefined, onCoverage: undefined });
  for (const player of players) {
    const id = link.newId();
    link.join(id, { ...player, deadline: Infinity, tick: ignore, receive: ignore, ended: ignore });
    link.leave(id);
  }
  near.control.close();
  near.loader.close();
  return link;
}

const tidy = { name: 'Tidy', owner: Symbol('tidy') };
const [one, two, three] = [1, 2, 3].map(() => ({ name: 'Api', owner: Symbol('api') })) as [Player, Player, Player];

test('a controller that was restarted is no companion of its own', () => {
  expect(joined(one, one, tidy, one).companionsOf(one)).toEqual(['Tidy']);
});

test('another of the same name is', () => {
  const link = joined(one, one, two, three);
  for (const player of [one, two, three]) expect(link.companionsOf(player)).toEqual(['Api']);
});
