import { render } from 'preact';
import { App } from './frame/app.tsx';
import { dropQuery } from './app/location.ts';
import { openSession } from './app/session.ts';

dropQuery();
const root = document.querySelector('#page');
if (root !== null) render(<App />, root);
void openSession();
