// What a member learns of a picture's origin: whether it was made here, when and with which model, and what its file says. Who made it, and
// with which words, is left out.

import type { APIEmbed } from 'discord-api-types/v10';
import type { Stage } from '../src/discord/behaviour.ts';
import { sayTime } from '../src/discord/durations.ts';
import { plain, shorten } from '../src/discord/message-body.ts';
import type { Origin } from '../src/discord/read-origin.ts';
import { parseParameters } from '../src/image/a1111-parameters.ts';

/** What such a text tells of the making, without the words of the prompt. */
const told = ['Model', 'Sampler', 'Steps', 'Size', 'Version'];

function marks({ texts, installation }: Stage, { inspection, erased, record, resembles }: Origin): string[] {
  const words = texts.verify;
  const nameOf = (hash: string, name?: string) =>
    plain(name ?? installation.offers.find(hash)?.name ?? hash.slice(0, 12));
  if (record) {
    const { request } = record.job;
    const made = words.made(sayTime(record.job.createdAt, 'D'), nameOf(request.modelHash, request.modelName));
    return [made, ...(resembles === false ? [words.unlike] : [])];
  }
  if (erased) return [words.erased(sayTime(Date.parse(erased.madeOn), 'D'), nameOf(erased.modelHash))];
  if (inspection.traceId !== null) return [words.unknown];
  return [inspection.referenceMark.found ? words.reference : words.none];
}

/** @param name how the file is called, where there are several */
export function originCard(stage: Stage, origin: Origin, name?: string): APIEmbed {
  const words = stage.texts.verify;
  const { provenance, parameters } = origin.inspection;
  const fields = parameters === null ? {} : parseParameters(parameters).fields;
  const says = told.flatMap((key) => (fields[key] ? [`${key}: ${plain(shorten(fields[key], 60))}`] : []));
  const signature = provenance && words.signature[provenance.standing];
  const signer = plain(provenance?.signer || words.nobody);
  return {
    title: name === undefined ? words.title : shorten(plain(name), 200),
    description: marks(stage, origin).join('\n'),
    fields: [
      ...(provenance && signature
        ? [
            {
              name: words.signatureTitle,
              value: [
                typeof signature === 'string' ? signature : signature(signer),
                ...(provenance.aiGenerated ? [words.aiGenerated(plain(provenance.generator || words.nobody))] : []),
              ].join('\n'),
            },
          ]
        : []),
      ...(says.length > 0 ? [{ name: words.fileTitle, value: `${says.join(' · ')}\n${words.fileNote}` }] : []),
    ],
  };
}
