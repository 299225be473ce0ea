import { parentPort, workerData } from 'node:worker_threads';
import { replyTo } from './class-reply.ts';

parentPort?.postMessage(replyTo(String(workerData)), []);
