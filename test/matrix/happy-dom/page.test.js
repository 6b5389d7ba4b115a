/* global document, XMLHttpRequest */
const { expect, test } = require('@jest/globals');
const { useController } = require('jest-controller');
const { PageController } = require('./page.controller');

const page = useController(PageController);

test('there is a document', () => {
  document.body.innerHTML = '<p>hello</p>';
  expect(document.querySelector('p').textContent).toBe('hello');
});

test('a page asks by fetch', async () => {
  const response = await fetch(`${page.url}/fetched`);
  expect((await response.json()).url).toBe('/fetched');
});

test('a page asks by synchronous XMLHttpRequest', () => {
  const request = new XMLHttpRequest();
  request.open('GET', `${page.url}/sync`, false);
  request.send();
  expect(JSON.parse(request.responseText).url).toBe('/sync');
});

test('remote values and errors are native to the page', async () => {
  expect(await page.remote.days()).toStrictEqual(new Map([['first', new Date(0)]]));
  expect(page.remoteSync.days()).toBeInstanceOf(Map);
  expect(await page.remote.twice(async (value) => value + 1)).toBe(6);
  await expect(page.remote.fail()).rejects.toThrow(RangeError);
});

test('configured controllers are there', () => {
  expect(globalThis.controllers.site.port).toBeGreaterThan(0);
});
