export * from './errors/errors';
