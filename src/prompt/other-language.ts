// Whether a prompt is clearly in another language than English, which the model's captions were mostly written in. For a hint only, so
// that doubt counts as English: names, loan words and a word or two of another language pass. Script ranges and stop words, no model.

/** Words that hold a sentence together there and are no words, names or abbreviations in English prompts. */
const strong = wordSet(
  // German
  'und mit ein eine einem einen einer eines auf für aus unter zwei nicht ist sind ohne zwischen neben durch zum zur beim vor',
  // French
  'une dans avec sous qui très cette ces ses chez devant près être comme aux',
  // Spanish
  'una unos unas junto bajo hacia desde muy está están donde mientras',
  // Portuguese
  'uma umas uns numa num não são às dos nas pela pelo',
  // Italian
  'nella nel nello della dello degli delle sulla sul sullo sotto dalla alla davanti mentre',
  // Dutch
  'een het voor naar niet zijn onder',
  // Swedish, Danish, Norwegian
  'och ett på og',
  // Polish, Turkish, Indonesian, Romanian
  'jest przez oraz nad bir için ile yang dengan dari pada și pentru',
);

/** Those that also turn up in English: names (da Vinci, van Gogh, Los Angeles), food, abbreviations. Half a point. */
const weak = wordSet(
  'der die das den dem des im am bei von vom zu als wie un le la les de du au et en sur pour par sans est son sa il elle',
  'el los las del al con por para su como sobre entre sin lo o e os do da no na em com ao se',
  'di gli che per tra op te van bij aan met med som ve ja w z',
);

/** What holds an English prompt together. */
const english = wordSet(
  'the with and by from at its his her their wearing under over into through near behind',
  'of is are to for',
);

/** Written alike in English and elsewhere. Half a point. */
const englishToo = wordSet('a in on an as');

function wordSet(...lists: readonly string[]): ReadonlySet<string> {
  return new Set(lists.join(' ').split(' '));
}

/** Letters of Latin words with marks that English words rarely bear. */
const marked = /[äöüßñãõąęłśżźşğıåæøčšžřůőűță]/;

/** Ideographs and syllables say more per sign than letters do. */
const dense = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/gu;
const latin = /\p{Script=Latin}/gu;
const letter = /\p{L}/gu;

const count = (text: string, pattern: RegExp) => text.match(pattern)?.length ?? 0;

/** @param prompt the words, without flags */
export function isInOtherLanguage(prompt: string): boolean {
  // Names of LoRAs and embeddings are no words.
  const text = prompt.normalize('NFC').replace(/<[^<>]*>/g, ' ');
  const latinLetters = count(text, latin);
  const otherLetters = count(text, letter) - latinLetters;
  if (otherLetters >= 2 && otherLetters + count(text, dense) > latinLetters) return true;

  const words = text.match(/[\p{L}'’]+/gu) ?? [];
  let certain = 0;
  let foreign = 0;
  let own = 0;
  for (const written of words) {
    // MIT, UN, LA: abbreviations.
    if (written.length > 1 && written === written.toUpperCase()) continue;
    const word = written.toLowerCase().replace(/^[ldjnsqc]u?['’]/, '');
    if (strong.has(word)) {
      certain += 1;
      foreign += 1;
    } else if (english.has(word)) own += 1;
    else if (englishToo.has(word)) own += 0.5;
    else if (weak.has(word) || marked.test(word)) foreign += 0.5;
  }
  return certain > 0 && foreign > own;
}
