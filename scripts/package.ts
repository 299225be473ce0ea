import { packageApp } from './package-app.ts';

await packageApp('.package');
console.log('.package holds what is deployed');
