import { createServer } from 'node:http';
import { Controller } from 'jest-controller';

export interface Order {
  readonly item: string;
  readonly at: Date;
}

export type Price = (item: string) => number | Promise<number>;

/** A shop that asks for its prices, tells of each order, and keeps them. */
export class ShopController extends Controller {
  readonly orders: Order[] = [];
  #price: Price = () => 1;

  factory() {
    return createServer(async (request, response) => {
      const item = request.url?.slice(1) ?? '';
      const price = await this.#price(item);
      const order = { item, at: new Date() };
      this.orders.push(order);
      this.emit('order', order);
      response.end(String(price));
    });
  }

  /** A function crosses as a handle: whoever calls it here, runs it over there. */
  setPrice(price: Price): void {
    this.#price = price;
  }

  refund(item: string): void {
    if (!this.orders.some((order) => order.item === item)) throw new RangeError(`nobody bought ${item}`);
  }
}
