/**
 * Which constructors a controller may have: the server's side calls them with hostname, port and options.
 */
import { expect, test } from '@jest/globals';
import { UsageError } from '../../src/errors/errors';
import { refuseOwnParameters } from '../../src/host/start/own-parameters';
import { thrown } from '../controller/made';

test.each([
  ['constructor(greeting) { super(); this.greeting = greeting; }', '`greeting` would be the hostname'],
  ['greeting; constructor(greeting = "hi") { super(); this.greeting = greeting; }', '`greeting` would be the hostname'],
  ['constructor(hostname, clock) { super(hostname); this.clock = clock; }', '`clock` would be the port'],
  ['constructor(hostname, port, pool) { super(hostname, port, {}); this.pool = pool; }', '`pool` would be the options'],
  ['constructor(hostname, port, options, pool) { super(hostname, port, options); this.pool = pool; }', '`pool` would be undefined'],
  ['constructor({ url }) { super(); this.url = url; }', '`{ url }` would be the hostname'],
  ['constructor(greeting, ...rest) { super(...rest); this.greeting = greeting; }', '`greeting` would be the hostname'],
  [
    'make() { return new (class { constructor() { super(); } })(); } constructor(own) { super(); this.own = own; }',
    '`own` would be the hostname',
  ],
])('%s is refused', (body, told) => {
  const error = thrown(() => {
    refuseOwnParameters('Greeter', `class Greeter extends Controller { ${body} }`);
  });
  expect(error).toBeInstanceOf(UsageError);
  expect(error).toMatchObject({ message: expect.stringContaining(`The constructor of Greeter keeps`) });
  expect(error).toMatchObject({ message: expect.stringContaining(told) });
});

test.each([
  'constructor(hostname, port, options) { super(hostname, port, options); }',
  'constructor(hostname, port, options) { super(hostname, port, options); this.bound = hostname; }',
  'constructor(hostname, port, options = {}) { super(hostname, port, { ...options, readyTimeout: 10 }); this.given = options; }',
  'constructor(...args) { super(...args); this.args = args; }',
  'constructor(hostname) { super(...arguments); this.name = hostname; }',
  'constructor(greeting) { super(undefined, 0, { data: { greeting } }); this.length = greeting.length; }',
  'constructor(greeting) { const options = { data: greeting }; super(undefined, 0, options); this.greeting = greeting; }',
  'constructor(hostname, port, options, label = "it") { super(hostname, port, options); this.label = label; }',
  'constructor(unused) { super(); this.unused = /* unused */ "unused" + other.unused; }',
  'make() { return new (class extends Base { constructor(own) { super(); this.own = own; } })(1); }',
])('%s is not', (body) => {
  refuseOwnParameters('Greeter', `class Greeter extends Controller { ${body} }`);
});
