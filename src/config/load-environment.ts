// process.env over an optional `.env` file in the working directory: what is set outside wins. Called by composition roots alone.

import { existsSync, readFileSync } from 'node:fs';
import { parse } from 'dotenv';

export function loadEnvironment(file = '.env'): Record<string, string | undefined> {
  const fromFile = existsSync(file) ? parse(readFileSync(file)) : {};
  return { ...fromFile, ...process.env };
}
