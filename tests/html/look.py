"""Opens pages in headless Chromium and looks at what is there.

    look.py CHROMIUM FOLDER PAGE...    (pages without .html; shots go to FOLDER)

Speaks the DevTools protocol over two pipes, with the standard library alone.
"""

import base64
import json
import os
import struct
import subprocess
import sys
import tempfile
import zlib
from pathlib import Path

HERE = Path(__file__).parent
SIZES = [(360, 740), (1280, 900)]
SCHEMES = ["light", "dark"]
VERDICTS = [
    "Ready to import",
    "Needs a decision",
    "Dry run: nothing to import",
    "Refused: nothing to import",
]


class Browser:
    """A headless Chromium with one empty tab."""

    def __init__(self, path):
        self.profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        to_browser, self.writing = os.pipe()
        self.reading, from_browser = os.pipe()

        def pipes():
            # Through high numbers, so that none is overwritten before it is moved.
            os.dup2(to_browser, 20)
            os.dup2(from_browser, 21)
            os.dup2(20, 3)
            os.dup2(21, 4)

        args = ["--headless", "--remote-debugging-pipe", "--no-sandbox", "--disable-gpu"]
        args += ["--hide-scrollbars", "--no-first-run", "--disable-dev-shm-usage"]
        args += [f"--user-data-dir={self.profile.name}", "about:blank"]
        self.process = subprocess.Popen(
            [path, *args], preexec_fn=pipes, pass_fds=(3, 4),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )
        os.close(to_browser)
        os.close(from_browser)
        self.buffer = b""
        self.number = 0
        self.events = []
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        self.session = attached["sessionId"]
        for domain in ["Page", "Network", "Runtime", "Log"]:
            self.tab(f"{domain}.enable")

    def receive(self):
        while b"\0" not in self.buffer:
            got = os.read(self.reading, 1 << 20)
            if not got:
                raise SystemExit("the browser has ended")
            self.buffer += got
        message, self.buffer = self.buffer.split(b"\0", 1)
        return json.loads(message)

    def send(self, message):
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self.writing, data):]

    def call(self, method, session=None, **params):
        self.number += 1
        message = {"id": self.number, "method": method, "params": params}
        self.send(message | ({"sessionId": session} if session else {}))
        while True:
            message = self.receive()
            if message.get("id") == self.number:
                if "error" in message:
                    raise SystemExit(f"{method}: {message['error']}")
                return message["result"]
            self.events.append(message)

    def tab(self, method, **params):
        return self.call(method, self.session, **params)

    def open(self, page, width, height, scheme):
        features = [{"name": "prefers-color-scheme", "value": scheme}]
        self.tab("Emulation.setEmulatedMedia", media="", features=features)
        self.resize(width, height)
        self.events.clear()
        self.tab("Page.navigate", url=page.as_uri())
        while not any(event.get("method") == "Page.loadEventFired" for event in self.events):
            self.events.append(self.receive())

    def resize(self, width, height):
        self.tab("Emulation.setDeviceMetricsOverride",
                 width=width, height=height, deviceScaleFactor=1, mobile=False)

    def evaluate(self, code):
        done = self.tab("Runtime.evaluate", expression=code, returnByValue=True, awaitPromise=True)
        if "exceptionDetails" in done:
            raise SystemExit(f"{done['exceptionDetails']}")
        return done["result"]["value"]

    def shot(self, **options):
        return base64.b64decode(self.tab("Page.captureScreenshot", format="png", **options)["data"])

    def close(self):
        self.send({"id": 0, "method": "Browser.close"})
        self.process.wait()
        self.profile.cleanup()


def requests(events, page):
    """What the page asked for besides itself."""
    for event in events:
        if event.get("method") == "Network.requestWillBeSent":
            url = event["params"]["request"]["url"]
            if url not in (page.as_uri(), "about:blank"):
                yield f"asks for {url}"


def complaints(events):
    """What the browser had to say: blocked scripts and styles among it."""
    for event in events:
        if event.get("method") == "Log.entryAdded":
            yield f"the browser says: {event['params']['entry']['text']}"
        if event.get("method") in ("Runtime.exceptionThrown", "Runtime.consoleAPICalled"):
            yield f"a script ran: {event['params']}"


def seen(page, probe, width):
    """What is wrong with what stands in the page."""
    title = f"{probe['first']} · idswap report"
    if probe["title"] != title:
        yield f"the title is {probe['title']!r} and not {title!r}"
    if probe["first"] not in VERDICTS:
        yield f"the first text is {probe['first']!r}, no verdict"
    if probe["width"] != width:
        yield f"laid out for {probe['width']} instead of {width}"
    if probe["scroll"] > probe["client"]:
        yield f"{probe['scroll']} wide in a window of {probe['client']}: {probe['wide']}"
    if probe["active"]:
        yield f"holds what can run or load: {probe['active']}"
    levels = probe["headings"]
    steps = zip([0, *levels], levels)
    if levels.count(1) != 1 or any(level > before + 1 for before, level in steps):
        yield f"headings out of order: {levels}"
    if not probe["language"] or probe["unnamed"]:
        yield f"no language, or tables without a name: {probe['unnamed']}"
    yield from (f"low contrast, {text}" for text in probe["faint"])
    for bar in probe["bars"]:
        yield from off_scale(bar)


def off_scale(bar):
    """The parts of a bar are as wide as their counts, within a pixel."""
    total = sum(part["count"] for part in bar["parts"])
    if bar["parts"] and bar["width"] < 100:
        yield f"a bar only {bar['width']} wide"
    for part in bar["parts"]:
        wanted = bar["width"] * part["count"] / total
        if abs(part["width"] - wanted) > 1:
            yield f"a part {part['width']} wide instead of {wanted} ({part['count']} of {total})"
    if total != bar["total"]:
        yield f"a bar of {total} beside numbers of {bar['total']}"


def colours(png):
    """The different pixels of a PNG of eight bits a channel."""
    at, data = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at:at + 8])
        if kind == b"IHDR":
            width, height, depth, colour = struct.unpack(">IIBB", png[at + 8:at + 18])
        if kind == b"IDAT":
            data += png[at + 8:at + 8 + length]
        at += 12 + length
    size = {2: 3, 6: 4}[colour]
    assert depth == 8
    raw, stride, before = zlib.decompress(data), width * size, bytes(width * size)
    pixels = set()
    for row in range(height):
        begin = row * (stride + 1)
        line = unfiltered(raw[begin], bytearray(raw[begin + 1:begin + 1 + stride]), before, size)
        pixels.update(bytes(line[i:i + size]) for i in range(0, stride, size))
        before = line
    return pixels


def unfiltered(kind, line, above, size):
    for i in range(len(line)):
        left = line[i - size] if i >= size else 0
        corner = above[i - size] if i >= size else 0
        line[i] = (line[i] + predicted(kind, left, above[i], corner)) & 255
    return line


def predicted(kind, left, up, corner):
    if kind < 4:
        return [0, left, up, (left + up) // 2][kind]
    guess = left + up - corner
    return min((left, up, corner), key=lambda value: abs(guess - value))


def blank(browser, width, height):
    """A screenshot of the first screen, made smaller, has more than a few colours."""
    clip = {"x": 0, "y": 0, "width": width, "height": height, "scale": 0.25}
    found = len(colours(browser.shot(clip=clip)))
    if found < 20:
        yield f"the screenshot has only {found} colours"


def printed(browser):
    """On paper nothing is folded."""
    browser.tab("Emulation.setEmulatedMedia", media="print")
    # What is folded is laid out with the next frame.
    browser.evaluate("new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done(0))))")
    hidden = browser.evaluate(
        "[...document.querySelectorAll('details li')]"
        ".filter(item => !item.checkVisibility({contentVisibilityAuto: true})).length")
    if hidden:
        yield f"{hidden} folded lines would not be printed"


def faults(browser, page, size, scheme, folder=None):
    """All that is wrong with a page at a size, in a colour scheme."""
    browser.open(page, *size, scheme)
    probe = browser.evaluate((HERE / "probe.js").read_text())
    found = [*requests(browser.events, page), *complaints(browser.events)]
    found += [*seen(page, probe, size[0]), *blank(browser, *size)]
    if folder:
        browser.resize(size[0], min(probe["height"], 16000))
        (folder / f"{page.stem}-{size[0]}-{scheme}.png").write_bytes(browser.shot())
    return found + [*printed(browser)]


def main():
    chromium, folder, *pages = sys.argv[1:]
    folder, wrong = Path(folder), 0
    browser = Browser(chromium)
    for page in [Path(f"{page}.html").resolve() for page in pages]:
        for size in SIZES:
            for scheme in SCHEMES:
                found = faults(browser, page, size, scheme, folder)
                wrong += len(found)
                print(f"{page.stem} {size[0]} {scheme}:", "; ".join(found) or "fine")
    wrong += missed(browser)
    browser.close()
    sys.exit(f"{wrong} faults" if wrong else 0)


def missed(browser):
    """The checks that do not notice what is wrong with a bad page."""
    found = faults(browser, (HERE / "bad.html").resolve(), SIZES[0], "light")
    browser.evaluate("document.body.innerHTML = ''")
    found = "\n".join([*found, *blank(browser, *SIZES[0])])
    noticed = (HERE / "bad.txt").read_text().splitlines()
    missing = [fault for fault in noticed if fault not in found]
    print("bad page:", f"unnoticed: {missing} in {found}" if missing else "all faults noticed")
    return len(missing)


main()
