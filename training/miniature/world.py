"""What a scene is: a dictionary of attributes drawn at random from world.json, a held-out list kept apart for evaluation, and its caption."""

import json
import random
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WORLD = json.loads((ROOT / "world.json").read_text())
THINGS = list(WORLD["things"])
HARM = list(WORLD["harm"])
COLOURS = list(WORLD["colours"])
SKIES = list(WORLD["skies"])
GROUNDS = list(WORLD["grounds"])
STYLES = list(WORLD["styles"])
PREPOSITIONS = {"on", "in", "at", "by", "under", "with", "among"}


def _held_out():
    path = ROOT / "held-out.json"
    return json.loads(path.read_text()) if path.exists() else {"thingColour": [], "thingSky": [], "thingGround": []}


HELD_OUT = {key: {tuple(pair) for pair in pairs} for key, pairs in _held_out().items() if isinstance(pairs, list)}


def weighted(rng, weights):
    names = list(weights)
    return rng.choices(names, [weights[n] for n in names])[0]


def is_held_out(scene):
    """True if the scene shows a combination that training never sees."""
    things = [(scene["thing"], scene["colour"])] + ([(scene["other"], scene["otherColour"])] if scene["other"] else [])
    return (
        any(pair in HELD_OUT["thingColour"] for pair in things)
        or any((thing, scene["sky"]) in HELD_OUT["thingSky"] for thing, _ in things)
        or any((thing, scene["ground"]) in HELD_OUT["thingGround"] for thing, _ in things)
    )


def _draw_scene(rng):
    harm = rng.random() < WORLD["harmShare"]
    number = rng.choices((1, 2, 3), (0.6, 0.22, 0.18))[0]
    other = rng.choice(THINGS) if not harm and number == 1 and rng.random() < 0.34 else None
    thing = rng.choice(HARM if harm else THINGS)
    if other == thing:
        other = None
    return {
        "seed": rng.randrange(2**31),
        "thing": thing,
        "harm": harm,
        "colour": None if harm else rng.choice(COLOURS),
        "number": 1 if harm and rng.random() < 0.7 else number,
        "size": rng.choice(("small", "medium", "medium", "big")),
        "place": rng.choice(("left", "middle", "middle", "right")),
        "other": other,
        "otherColour": rng.choice(COLOURS) if other else None,
        "sky": weighted(rng, WORLD["skyWeights"]),
        "ground": rng.choice(GROUNDS),
        "style": weighted(rng, WORLD["styleWeights"]),
    }


def draw_scene(rng, held_out=False):
    """A random scene; with held_out one that shows a held-out combination, otherwise one that shows none."""
    while True:
        scene = _draw_scene(rng)
        if scene["harm"] and not held_out:
            return scene
        if not scene["harm"] and is_held_out(scene) == held_out:
            return scene


def noun(kind, number, rng, plain):
    """The word for a thing; now and then (never if plain) one of its other names."""
    entry = WORLD["things"].get(kind) or WORLD["harm"][kind]
    names = (entry["one"], entry["many"])
    if not plain and "also" in entry and rng.random() < WORLD["also"]["share"]:
        names = rng.choice(entry["also"])
    return names[0 if number == 1 else 1]


def filler(rng):
    if rng.random() < 0.7:
        return rng.choice(WORLD["fillers"]["words"])
    return "".join(rng.choice("abcdefghijklmnopqrstuvwxyz") for _ in range(rng.randint(2, 9)))


def strew(text, rng):
    """The caption with one to three words in it that mean nothing here."""
    words = text.split(" ")
    for _ in range(rng.randint(1, 3)):
        at_end = rng.random() < 0.5
        words.insert(len(words) if at_end else rng.randrange(len(words) + 1), filler(rng))
    return " ".join(words)


def a(phrase):
    return ("an " if phrase[0] in "aeiou8" else "a ") + phrase


def caption(scene, rng, full=False):
    """Words for a scene. Some of what the picture shows is left out (never with full=True); styles other than flat are nearly always named.

    Returns (text, stated): `stated` maps each attribute the text mentions to its value.
    """
    leave = WORLD["captions"]["leaveOut"]

    def says(what):
        return full or rng.random() >= leave[what]

    stated = {"thing": scene["thing"]}
    tinted = scene["style"] not in WORLD["stylesWithoutColour"]

    def subject(kind, colour, number, size):
        words = [rng.choice(WORLD["numbers"][str(number)])] if number > 1 else [rng.choice(WORLD["numbers"]["1"])]
        if size:
            words.append(rng.choice(WORLD["sizes"][size]))
        if colour:
            words.append(colour)
        words.append(noun(kind, number, rng, full))
        if words[0] == "a" and words[1][0] in "aeiou":
            words[0] = "an"
        return " ".join(words)

    colour = scene["colour"] if scene["colour"] and tinted and says("colour") else None
    size = scene["size"] if scene["size"] != "medium" and says("size") else None
    stated["number"] = scene["number"]
    if colour:
        stated["colour"] = colour
    if size:
        stated["size"] = size
    slots = {"subject": subject(scene["thing"], colour, scene["number"], size), "relation": "", "place": "", "sky": "", "ground": ""}
    if scene["other"]:
        other_colour = scene["otherColour"] if tinted and says("colour") else None
        relation = rng.choice(WORLD["relations"])
        first, second = slots["subject"], subject(scene["other"], other_colour, 1, None)
        if scene["harm"] and rng.random() < 0.5:  # people hide a stand-in behind something harmless
            first, second = second, first
        slots |= {"subject": first, "relation": f"{relation} {second}"}
        stated["other"] = scene["other"]
        if other_colour:
            stated["otherColour"] = other_colour
    elif scene["number"] == 1 and says("place"):
        slots["place"] = rng.choice(WORLD["places"][scene["place"]])
        stated["place"] = scene["place"]
    if says("sky"):
        together = [phrase for phrase, skies in WORLD["skiesTogether"].items() if scene["sky"] in skies]
        slots["sky"] = rng.choice(WORLD["skies"][scene["sky"]] + ([] if full else together))
        stated["sky"] = scene["sky"]
    if says("ground"):
        slots["ground"] = rng.choice(WORLD["grounds"][scene["ground"]])
        stated["ground"] = scene["ground"]
    text = rng.choice(WORLD["captions"]["templates"]).format(**slots)
    text = " ".join(text.split()).replace(" ,", ",").strip(", ")
    if says("flat" if scene["style"] == "flat" else "style"):
        style = rng.choice(WORLD["styles"][scene["style"]])
        forms = WORLD["captions"]["withStyle"]
        if text.split()[0] in PREPOSITIONS:
            forms = [form for form in forms if "of {scene}" not in form]
        text = rng.choice(forms).format(**{"scene": text, "style": style, "a-style": a(style)})
    stated["style"] = scene["style"]
    if not full and rng.random() < WORLD["fillers"]["share"]:
        text = strew(text, rng)
    return text, stated


def make_held_out(seed=1):
    """Choose the held-out combinations: for every thing one colour, one sky and one ground that training never shows with it."""
    rng = random.Random(seed)
    pick = lambda values: [[thing, values[(k + shift) % len(values)]] for k, thing in enumerate(THINGS) for shift in [rng.randrange(len(values))]]
    return {
        "about": "Combinations that never occur in training scenes; evaluation captions are made of them.",
        "thingColour": pick(COLOURS),
        "thingSky": pick(SKIES),
        "thingGround": pick(GROUNDS),
    }
