"""What people do on the day a campaign ends, page by page, through the forms that they fill in.

Each page is wanted a moment after the answer before it was read; what a redirection names is
wanted at once. A visitor who is told to come back later, or meets a broken page, leaves.
"""

from __future__ import annotations

import asyncio
import random
import re
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from uuid import uuid4

from tests.load.browser import FORM, Answer, Browser, form
from tests.load.figures import Seen
from tests.load.town import CSRF_COOKIE, Place, Town

# Much shorter than people's: what counts is how many pages are wanted a second, not how many
# people it takes to want them.
READS_FOR = 0.2
_PIECES = ("diplome", "ordre", "bail")
_REASON = re.compile(r'class="[^"]*error[^"]*"[^>]*>([^<]+)<')
_VERSION = re.compile(r'name="(?:expected_)?version" value="(\d+)"')


class LeftError(Exception):
    """A page did not come, and the visit ends there."""


@dataclass
class Visitor:
    town: Town
    kind: str
    browser: Browser
    wants_at: float
    note: Callable[[Seen], None]
    chance: random.Random = field(default_factory=random.Random)

    @property
    def _token(self) -> str:
        """Of the forms: it changes as one signs in."""
        return self.browser.cookies[CSRF_COOKIE]

    async def get(self, page: str, path: str) -> str:
        """The page's text. Raises LeftError."""
        answer = await self._want(page, "GET", path)
        return answer.text if answer.status == HTTPStatus.OK else ""

    async def send(self, path: str, **fields: str) -> str:
        """Where an accepted form leads. Raises LeftError."""
        body = form({"csrfmiddlewaretoken": self._token, **fields})
        return await self._sent(path, body, FORM)

    async def upload(self, path: str, name: str, content: bytes) -> str:
        mark = uuid4().hex
        field = f"--{mark}\r\nContent-Disposition: form-data; name="
        head = (
            f'{field}"csrfmiddlewaretoken"\r\n\r\n{self._token}\r\n'
            f'{field}"uploads"; filename="{name}"\r\nContent-Type: application/pdf\r\n\r\n'
        )
        body = head.encode() + content + f"\r\n--{mark}--\r\n".encode()
        return await self._sent(path, body, f"multipart/form-data; boundary={mark}")

    async def reads(self) -> None:
        self.wants_at = max(self.wants_at, time.monotonic())
        self.wants_at += READS_FOR * self.chance.uniform(0.5, 1.5)

    async def _sent(self, path: str, body: bytes, content_type: str) -> str:
        answer = await self._want("sent", "POST", path, body, content_type)
        if answer.status != HTTPStatus.FOUND:  # the form came back
            reasons = " ".join(_REASON.findall(answer.text))
            self.town.broken.append(f"POST {path} was refused: {reasons}")
            raise LeftError
        self.wants_at = time.monotonic()
        return answer.location

    async def _want(
        self, page: str, method: str, path: str, body: bytes = b"", content_type: str = FORM
    ) -> Answer:
        await asyncio.sleep(max(0.0, self.wants_at - time.monotonic()))
        answer = await self.browser.ask(method, path, body, content_type)
        seen = Seen(
            self.kind,
            page,
            self.wants_at,
            time.monotonic() - self.wants_at,
            answer.status,
            answer.is_put_off,
        )
        self.note(seen)
        if seen.is_broken:
            self.town.broken.append(f"{method} {path}: {answer.status}")
        if not seen.is_answered:
            raise LeftError
        await self.reads()
        return answer


async def resident(visitor: Visitor) -> None:
    """Whom to call, what is near, a room for a student, what an aid would be."""
    place = visitor.town.somewhere(visitor.chance)
    await visitor.get("home", "/")
    await visitor.get("line", place.line)
    await visitor.get("commune", place.page)
    await visitor.get("places", f"/lieux-de-soins/?commune={place.insee}&km=15")
    await visitor.get("housing", f"/logements/?ou={place.insee}&km=20")
    await visitor.get("aids", _estimate(place))


async def applicant(visitor: Visitor) -> None:
    """From the code by e-mail to the receipt, through every page of the request."""
    email = visitor.town.next_applicant()
    place = visitor.town.aided
    await visitor.get("sign in", "/compte/connexion/")
    asked_at = time.monotonic()
    code_page = await visitor.send("/compte/connexion/", login=email)
    await visitor.get("sign in", code_page)
    code = await visitor.town.code_for(email, asked_at)
    visitor.wants_at = time.monotonic()
    await visitor.get("own file", await visitor.send(code_page, code=code))
    start = f"/aides/installation/demande/?{_estimate(place).partition('?')[2]}"
    await visitor.get("start", start)
    space = await visitor.send(start)
    await visitor.get("own file", space)
    for slug, answers in _answers(place).items():
        await visitor.get("own file", f"{space}etapes/{slug}/")
        await visitor.get("own file", await visitor.send(f"{space}etapes/{slug}/", **answers))
    for slug in _PIECES:
        await visitor.get("own file", f"{space}pieces/{slug}/")
        piece = await visitor.upload(f"{space}pieces/{slug}/", f"{slug}.pdf", visitor.town.pdf)
        await visitor.get("own file", piece)
    version = _version(await visitor.get("own file", f"{space}verification/"))
    receipt = await visitor.send(f"{space}verification/", expected_version=version, is_exact="on")
    await visitor.get("own file", receipt)
    visitor.town.sent.append(space.rstrip("/").rpartition("/")[2])


async def agent(visitor: Visitor) -> None:
    """The worklist, searches, a file; take it on, write to its applicant."""
    desk = "/admin/casefiles/casefile/"
    await visitor.get("desk", "/admin/")
    await visitor.get("desk", desk)
    await visitor.get("desk", f"{desk}?q=martin")
    await visitor.get("desk", f"{desk}?q=orleans")
    if not (reference := visitor.town.next_file()):
        return
    found = await visitor.get("desk", f"{desk}?q={reference}")
    match = re.search(rf"{desk}(\d+)/change/", found)
    if match is None:
        visitor.town.broken.append(f"{reference} is not found at the desk")
        raise LeftError
    page = f"{desk}{match[1]}/change/"
    await visitor.get("desk", page)
    start = f"{desk}{match[1]}/move/start_review/"
    version = _version(await visitor.get("desk", start))
    await visitor.get("desk", _without_anchor(await visitor.send(start, version=version)))
    write = f"{desk}{match[1]}/messages/"
    await visitor.get("desk", write)
    sent = await visitor.send(write, body="Votre demande est bien arrivée, je la prends en charge.")
    await visitor.get("desk", _without_anchor(sent))


VISITS: dict[str, Callable[[Visitor], Awaitable[None]]] = {
    "residents": resident,
    "applicants": applicant,
    "staff": agent,
}
# Pages and forms in one visit of each: how many visits make a share of the pages.
LENGTHS = {"residents": 6, "applicants": 36, "staff": 12}


def _estimate(place: Place) -> str:
    return (
        "/aides/installation/simulateur/?profession=masseur-kinesitherapeute"
        f"&commune={place.insee}&premiere_installation=oui&maitre_de_stage=non&aide_ars=non"
    )


def _answers(place: Place) -> dict[str, dict[str, str]]:
    return {
        "vous": {
            "first_name": "Camille",
            "last_name": "Démo",
            "email": "camille.demo@exemple.fr",
            "postal_address": "1 rue de la Démo, 45000 Orléans",
        },
        "profession": {"profession": "masseur-kinesitherapeute", "is_first_installation": "oui"},
        "lieu": {
            "commune": place.label,
            "structure_kind": "msp",
            "structure_name": "Maison de santé Démo",
            "address": "2 place de la Démo",
        },
        "exercice": {
            "starts_on_jour": "4",
            "starts_on_mois": "1",
            "starts_on_annee": str(time.localtime().tm_year + 1),
            "practice_mode": "liberal",
        },
        "maitre-de-stage": {"supervisor": "non"},
        "autres-aides": {"has_other_aid": "non"},
    }


def _version(page: str) -> str:
    found = _VERSION.search(page)
    if found is None:
        raise LeftError
    return found[1]


def _without_anchor(address: str) -> str:
    return address.partition("#")[0]
