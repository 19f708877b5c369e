import { expect, test } from 'vitest';
import { isInOtherLanguage } from '../../src/prompt/other-language.ts';

test.each([
  'ein rotes Haus am Meer bei Sonnenuntergang',
  'Katze mit Hut',
  'ein Ritter, der auf einem Drachen reitet, Ölgemälde',
  'alte Frau vor dem Fenster, Licht und Schatten',
  'une maison rouge au bord de la mer',
  'un chat avec un chapeau, aquarelle',
  'une forêt enchantée dans la brume, très détaillé',
  'una casa roja junto al mar',
  'un gato durmiendo en una silla',
  'dos niños bajo la lluvia',
  'uma praia deserta ao pôr do sol',
  'una ragazza nella foresta, luce del mattino',
  'een rood huis aan het strand',
  'en röd stuga vid sjön och en båt',
  'kırmızı bir ev, deniz kenarında',
  '海辺の赤い家、夕焼け',
  '猫が帽子をかぶっている, 4k',
  '一座红色的房子',
  '바닷가의 빨간 집',
  'красный дом у моря',
  'منزل أحمر على شاطئ البحر',
  'บ้านสีแดงริมทะเล',
  '(ein roter Fuchs:1.3) im Schnee',
])('%s is in another language', (prompt) => {
  expect(isInOtherLanguage(prompt)).toBe(true);
});

test.each([
  'a red house by the sea at sunset',
  'red house, sea, sunset, masterpiece, best quality, 4k',
  'portrait of Leonardo da Vinci',
  'Vincent van Gogh, starry night',
  'in the style of Albrecht Dürer and Otto Dix',
  'Día de los Muertos altar, candles',
  'Rio de la Plata at dawn',
  'Los Angeles skyline, Las Vegas lights',
  'Notre-Dame de Paris, fog',
  'Ludwig von Beethoven at the piano',
  'an old MIT lab, UN building, LA freeway',
  'café au lait and a croissant on a table',
  'smörgåsbord, jalapeño, piñata, crème brûlée',
  'Björk and Motörhead on an album cover',
  'a man with an umbrella, "une femme dans la rue" written on a poster by the wall',
  'doppelgänger in a mirror, über detailed',
  'Blade Runner street, neon sign 酒, rain',
  'a poster that says 東京',
  'Lake Como, Il Duomo, Cinque Terre',
  'el Greco, saint, dramatic light',
  'die, robot! comic book cover',
  'pour over coffee, en plein air',
  'Frau Holle from the fairy tale',
  'Sans from Undertale',
  '<lora:ein_stil_mit_punkten:0.8> a red car',
  'cat',
  '512',
  '🐈🎩',
  '',
])('%s passes as English', (prompt) => {
  expect(isInOtherLanguage(prompt)).toBe(false);
});
