/*
 * The HTTP client, as it is loaded with the first request: a bundle gives a module in CommonJS that is imported where it
 * is used no names but those that a module like this one lists.
 */

export { Agent, request } from 'undici';
