// The card that stands between a member and the first picture: the licence's use restrictions in plain words, accepted once per version.

import { ButtonStyle, ComponentType } from 'discord-api-types/v10';
import type { Catalogue } from '../texts/index.ts';
import { encodeCustomId } from './custom-id.ts';
import type { Refusal } from './refusal.ts';

/** Raise it when the words of the terms change: everybody is asked once more. */
export const termsVersion = 1;

/** Component id of the Accept button; its behaviour is in commands/components. */
export const acceptTermsId = 'ta';

export function termsCard(texts: Catalogue, interactionId: string): Refusal {
  const { terms } = texts.moderation;
  return {
    refuse: terms.card,
    components: [
      {
        type: ComponentType.ActionRow,
        components: [
          {
            type: ComponentType.Button,
            custom_id: encodeCustomId(acceptTermsId, [interactionId]),
            style: ButtonStyle.Success,
            label: terms.accept,
          },
        ],
      },
    ],
  };
}
