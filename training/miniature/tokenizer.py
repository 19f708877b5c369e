"""A byte-level BPE in CLIP's format: learns merges from captions, writes vocab.json and merges.txt, turns text into 77 ids.

Order of the vocabulary, as in CLIP: 256 byte symbols, the same with `</w>`, one entry a merge, <|startoftext|>, <|endoftext|>.
"""

import json
import re
import unicodedata
from collections import Counter
from functools import lru_cache

LENGTH = 77
START, END = "<|startoftext|>", "<|endoftext|>"
# CLIP's pattern is r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+"; the re module spells its classes like this.
WORD = re.compile(r"<\|startoftext\|>|<\|endoftext\|>|'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\s\w]|_)+")


def byte_symbols():
    """The printable character that stands for each byte, as GPT-2 and CLIP map them."""
    plain = [*range(33, 127), *range(161, 173), *range(174, 256)]
    table = {b: chr(b) for b in plain}
    for b in range(256):
        if b not in table:
            table[b] = chr(256 + len(table) - len(plain))
    return table, [table[b] for b in plain] + [table[b] for b in range(256) if b not in plain]


SYMBOL, ORDER = byte_symbols()


def words(text):
    text = " ".join(unicodedata.normalize("NFC", text).split()).lower()
    return [tuple(SYMBOL[b] for b in word.encode()) for word in WORD.findall(text)]


def learn(texts, limit):
    """The most frequent merges of adjacent symbols, at most `limit`; stops when every common word is one symbol."""
    counts = Counter(word for text in texts for word in words(text))
    pieces = {word: (*word[:-1], word[-1] + "</w>") for word in counts}
    merges = []
    while len(merges) < limit:
        pairs = Counter()
        for word, parts in pieces.items():
            for pair in zip(parts, parts[1:]):
                pairs[pair] += counts[word]
        if not pairs:
            break
        best, seen = max(pairs.items(), key=lambda item: (item[1], item[0]))
        if seen < 8:
            break
        merges.append(best)
        pieces = {word: merge(parts, best) for word, parts in pieces.items()}
    return merges


def merge(parts, pair):
    out, k = [], 0
    while k < len(parts):
        if k + 1 < len(parts) and (parts[k], parts[k + 1]) == pair:
            out.append(parts[k] + parts[k + 1])
            k += 2
        else:
            out.append(parts[k])
            k += 1
    return tuple(out)


def write(folder, merges):
    folder.mkdir(parents=True, exist_ok=True)
    names = ORDER + [symbol + "</w>" for symbol in ORDER] + ["".join(pair) for pair in merges] + [START, END]
    (folder / "vocab.json").write_text(json.dumps({name: k for k, name in enumerate(names)}, ensure_ascii=False))
    (folder / "merges.txt").write_text("#version: 0.2\n" + "".join(f"{left} {right}\n" for left, right in merges))


class Tokenizer:
    def __init__(self, folder):
        self.vocab = json.loads((folder / "vocab.json").read_text())
        lines = (folder / "merges.txt").read_text().split("\n")[1:]
        self.ranks = {tuple(line.split(" ")): k for k, line in enumerate(lines) if line}
        self.pieces = lru_cache(None)(self._pieces)

    def _pieces(self, word):
        parts = (*word[:-1], word[-1] + "</w>")
        while len(parts) > 1:
            best = min(zip(parts, parts[1:]), key=lambda pair: self.ranks.get(pair, 1e9))
            if best not in self.ranks:
                break
            parts = merge(parts, best)
        return [self.vocab[part] for part in parts]

    def __call__(self, text):
        """77 ids: start, pieces, end, padded with end; too long a text loses its tail."""
        ids = [k for word in words(text) for k in self.pieces(word)][: LENGTH - 2]
        return [self.vocab[START], *ids] + [self.vocab[END]] * (LENGTH - 1 - len(ids))
