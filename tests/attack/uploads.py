"""Files that mean harm, sent to the running portal by somebody who is signed in."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from pathlib import Path

import pikepdf
from django.core.exceptions import ValidationError
from django.urls import reverse
from PIL import Image

from apps.files.enums import ScanStatus
from apps.files.limits import MAX_NAME_LENGTH
from apps.files.models import StoredFile
from apps.files.validators import check_upload
from apps.lookups.housing.models import Offer, Photo
from tests.attack.outcome import Outcome, Tally
from tests.attack.server import Server
from tests.attack.target import Target
from tests.attack.visitor import Answer, Visitor
from tests.bench.load import cpu_seconds
from tests.support.clamd import EICAR, running_clamd
from tests.support.hostile_files import HostileFile, hostile_files
from tests.support.memory import peak_memory
from tests.support.text import plain
from tests.support.uploads import image_bytes, pdf_bytes, upload

MOST_SECONDS = 1.0  # of processor, which does not depend on what else this machine does
MOST_MEMORY = 300 * 1024 * 1024
AT_ONCE = 200
CUTS = 20
HOSTILE_NAMES = (
    *("bail\0.pdf", "bail.pdf\0.exe", "bail\u202efdp.pdf", "../../../etc/passwd.pdf"),
    *("..\\..\\windows\\bail.pdf", "/etc/cron.d/bail.pdf", "a" * 300 + ".pdf", "é" * 300 + ".pdf"),
    *(
        "bail\r\nSet-Cookie: a=b.pdf",
        "<img src=x onerror=alert(1)>.pdf",
        ".pdf",
        "\u200b\u200b.pdf",
    ),
    *("CON.pdf", "bail.pdf.", "'; DROP TABLE files_storedfile; --.pdf", "%2e%2e%2fbail.pdf"),
)


def run(server: Server) -> list[Outcome]:
    target = Target(server)
    return [
        _hostile_contents(target),
        _hostile_names(target),
        _cut_off_transfers(target),
        _many_at_once(target),
        _place_in_a_photograph(server),
        _virus(server, target),
        _memory(server),
    ]


def _hostile_contents(target: Target) -> Outcome:
    tally = Tally("Hostile file sent as a piece")
    target.visitor.get(target.path)  # what is read once a process is not counted
    slowest = 0.0
    for file in hostile_files():
        before = target.traces()
        started = cpu_seconds([target.server.web_pid])
        answer = target.send((file.name, file.content))
        seconds = cpu_seconds([target.server.web_pid]) - started
        slowest = max(slowest, seconds)
        tally.record(
            file.title,
            "" if answer.status == 200 else f"answers {answer.status}",
            "" if _reason(file) in answer.text else "no French reason on the page",
            "" if seconds <= MOST_SECONDS else f"took {seconds:.1f} s",
            "" if target.traces() == before else "left something",
        )
    tally.note = f"{slowest:.2f} s of processor at most"
    return tally.outcome()


def _reason(file: HostileFile) -> str:
    """The sentence that its sender must read."""
    try:
        check_upload(upload(file.content, file.name))
    except ValidationError as refusal:
        return plain(refusal.messages[0])
    return "never"


def _hostile_names(target: Target) -> Outcome:
    """A sound file under any name is kept, under a random one; what people read is clean."""
    tally = Tally("Hostile file name")
    for name in HOSTILE_NAMES:
        known = set(StoredFile.objects.values_list("pk", flat=True))
        answer = target.send((name, pdf_bytes()))
        added = list(StoredFile.objects.exclude(pk__in=known))
        tally.record(
            repr(name[:40]),
            "" if answer.status in {200, 302} else f"answers {answer.status}",
            "" if len(added) <= 1 else "kept twice",
            *(_fault_of_name(target.server, stored) for stored in added),
        )
    return tally.outcome()


def _fault_of_name(server: Server, stored: StoredFile) -> str:
    shown = stored.original_name
    if len(shown) > MAX_NAME_LENGTH or not shown.isprintable() or set(shown) & set("/\\\0"):
        return f"shown as {shown!r}"
    place = (server.files / stored.file.name).resolve()
    return "" if place.is_relative_to(server.files) and place.is_file() else f"kept at {place}"


def _cut_off_transfers(target: Target) -> Outcome:
    tally = Tally("Transfer cut off")
    content = pdf_bytes(change=_fill, compress_streams=False)
    body, content_type = target.visitor.multipart("uploads", [("bail.pdf", content)])
    for number in range(CUTS):
        before = target.traces()
        after = len(body) * number // CUTS
        target.visitor.cut_off(target.path, body, content_type, after=after)
        deadline = time.monotonic() + 5
        while target.traces() != before and time.monotonic() < deadline:
            time.sleep(0.05)
        tally.record(
            f"after {after} bytes",
            "" if target.traces() == before else "left something",
            "" if target.visitor.get(target.path).status == 200 else "no page any more",
        )
    return tally.outcome()


def _fill(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].Contents = pdf.make_stream(b"% 0123456789\n" * 400_000)


def _many_at_once(target: Target) -> Outcome:
    """Sound and hostile by turns: each sound one is kept once, and nothing else."""
    tally = Tally(f"{AT_ONCE} uploads at once")
    sound = pdf_bytes(change=_fill, compress_streams=False)
    hostile = [file for file in hostile_files() if file.content][:20]
    before = target.traces()
    answers: dict[int, Answer | OSError] = {}

    def send(number: int) -> None:
        file = hostile[number // 2 % len(hostile)]
        sent = (file.name, file.content) if number % 2 else (f"page {number}.pdf", sound)
        try:
            answers[number] = target.send(sent)
        except OSError as error:
            answers[number] = error

    started = time.monotonic()
    threads = [threading.Thread(target=send, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    tally.note = f"{time.monotonic() - started:.0f} s for all"
    kept = AT_ONCE // 2
    left = tuple(now - then for now, then in zip(target.traces(), before, strict=True))
    for number, answer in sorted(answers.items()):
        wanted = 200 if number % 2 else 302
        found = answer.status if isinstance(answer, Answer) else repr(answer)
        tally.record(f"upload {number}", "" if found == wanted else f"answers {found}")
    tally.record("what is kept", "" if left == (kept, kept, kept, 0) else f"left {left}")
    return tally.outcome()


def _place_in_a_photograph(server: Server) -> Outcome:
    """The public must not read where a photograph was taken."""
    tally = Tally("Place written in a photograph that is shown")
    offer = Offer.objects.filter(host__email__startswith="hote@").earliest("pk")
    visitor = Visitor(server, "hote")
    exif = Image.Exif()
    exif[0x010F] = "Telephone"
    exif.get_ifd(0x8825)[2] = (47.0, 54.0, 9.0)
    for kind, name in (("JPEG", "a.jpg"), ("PNG", "a.png")):
        known = set(Photo.objects.values_list("pk", flat=True))
        path = reverse("housing_space:add_photo", args=[offer.pk])
        content = image_bytes(kind, size=(640, 480), exif=exif)
        answer = visitor.send(path, "picture", [(name, content)], alt="Une chambre")
        added = Photo.objects.exclude(pk__in=known)
        shown = [stored for photo in added for stored in (photo.image, photo.thumbnail)]
        tally.record(
            kind,
            "" if answer.status == 302 and len(shown) == 2 else f"answers {answer.status}",
            *(_fault_of_picture(server, stored) for stored in shown),
        )
    return tally.outcome()


def _fault_of_picture(server: Server, stored: StoredFile) -> str:
    content = (server.files / stored.file.name).read_bytes()
    with Image.open(BytesIO(content)) as image:
        has_words = bool(image.getexif()) or "exif" in image.info
    return "keeps what the telephone wrote" if has_words or b"Telephone" in content else ""


def _virus(server: Server, target: Target) -> Outcome:
    """The file that every antivirus knows: closed until it is scanned, and ever after."""
    tally = Tally("EICAR, with the antivirus at hand")
    with _antivirus() as (address, name):
        tally.note = name
        server.restart(CLAMD_ADDRESS=address)
        known = set(StoredFile.objects.values_list("pk", flat=True))
        infected = pdf_bytes(change=lambda pdf: _carry(pdf, EICAR), compress_streams=False)
        target.send(("bail.pdf", infected), ("sain.pdf", pdf_bytes()))
        added = list(StoredFile.objects.exclude(pk__in=known).order_by("original_name"))
        _wait_for_scans([stored.pk for stored in added])
        for stored, status, answers in zip(
            added, (ScanStatus.INFECTED, ScanStatus.CLEAN), (409, 200), strict=True
        ):
            stored.refresh_from_db()
            path = reverse("casefiles:document", args=[target.case_file.reference, stored.pk])
            answer = target.visitor.get(path)
            tally.record(
                stored.original_name,
                "" if stored.scan_status == status else f"is {stored.scan_status}",
                "" if answer.status == answers else f"answers {answer.status}",
            )
    server.restart(CLAMD_ADDRESS="")
    return tally.outcome()


@contextmanager
def _antivirus() -> Iterator[tuple[str, str]]:
    """The machine's clamd when it has one, else ours, which speaks its language."""
    socket = Path("/run/clamav/clamd.ctl")
    if address := os.environ.get("CLAMD_ADDRESS") or (socket.exists() and str(socket)):
        yield address, "clamd of this machine"
        return
    with running_clamd() as clamd:
        yield clamd.address, "a clamd of the tests: none on this machine"


def _carry(pdf: pikepdf.Pdf, content: bytes) -> None:
    pdf.pages[0].Contents = pdf.make_stream(content)


def _wait_for_scans(files: list[object]) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        if not StoredFile.objects.awaiting_scan().filter(pk__in=files).exists():
            return
        time.sleep(0.2)


def _memory(server: Server) -> Outcome:
    """After all of the above: the most that each web process ever held."""
    tally = Tally("Memory of a web process after all uploads")
    peaks = {pid: peak_memory(pid) for pid in server.web_processes()}
    for peak in peaks.values():
        tally.record("web", "" if peak <= MOST_MEMORY else f"{peak >> 20} MB")
    tally.note = f"{max(peaks.values()) >> 20} MB at most"
    return tally.outcome()
