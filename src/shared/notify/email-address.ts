import * as z from 'zod';
import { hints } from '../body-schema.ts';

/** The address of a receiver of e-mail. */
export const emailAddress = z.string().max(320).pipe(z.email());
hints.add(emailAddress, { format: 'email' });
