"""What the page has to know to sign somebody in with Firebase, and to listen to jobs in Firestore itself."""

from collections.abc import Mapping
from typing import Annotated, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError

from jobs.errors import SettingsInvalid
from jobs.settings import Backend, Settings

FIRESTORE, EMULATOR = "https://firestore.googleapis.com", "FIRESTORE_EMULATOR_HOST"
SIGN_IN = ("https://identitytoolkit.googleapis.com", "https://securetoken.googleapis.com")  # accounts; fresh tokens

Word = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9._:-]{1,200}$")]


class FirebaseApp(BaseModel):
    """A web app of a Firebase project, in Firebase's words. All of it is public: who may do what, rules say."""

    model_config = ConfigDict(frozen=True)  # the console gives a few names more; nobody here needs them

    apiKey: Word  # noqa: N815 (its name over there)
    authDomain: Word  # noqa: N815
    projectId: Word  # noqa: N815
    appId: Word  # noqa: N815

    @classmethod
    def from_settings(cls, settings: Settings) -> Self:
        """Raises: SettingsInvalid."""
        try:
            return cls.model_validate_json(settings.firebase_web)
        except ValidationError as error:
            first = error.errors(include_url=False, include_input=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise SettingsInvalid(f"LUMEN_FIREBASE_WEB: {where + ': ' if where else ''}{first['msg']}") from None


class Firebase(BaseModel):
    """How a page gets at Firebase."""

    model_config = ConfigDict(frozen=True)

    app: FirebaseApp
    database: str | None = Field(description="Firestore's, which the jobs are in; null: they are kept elsewhere.")
    emulator: str | None = Field(description="Host and port of Firestore's emulator; it takes everybody's word.")

    @property
    def origins(self) -> tuple[str, ...]:
        """Whom the page asks then."""
        if self.emulator:
            return (f"http://{self.emulator}",)
        return SIGN_IN if self.database is None else (*SIGN_IN, FIRESTORE)


def firebase_of(settings: Settings, env: Mapping[str, str]) -> Firebase | None:
    """None where LUMEN_FIREBASE_WEB is not set. Raises: SettingsInvalid."""
    if not settings.firebase_web:
        return None
    app = FirebaseApp.from_settings(settings)
    there = settings.backend is Backend.GCP
    if there and app.projectId != settings.project:
        raise _other_project(app, "LUMEN_PROJECT", settings.project)
    return Firebase(app=app, database=settings.database if there else None, emulator=env.get(EMULATOR) or None)


def require_one_project(firebase: Firebase | None, settings: Settings) -> None:
    """A production door takes ID tokens of the project that its page signs people in to. Raises: SettingsInvalid."""
    if firebase is not None and firebase.app.projectId != settings.firebase_project:
        raise _other_project(firebase.app, "LUMEN_FIREBASE_PROJECT", settings.firebase_project)


def _other_project(app: FirebaseApp, name: str, project: str) -> SettingsInvalid:
    return SettingsInvalid(f"LUMEN_FIREBASE_WEB is of project {app.projectId}, {name} is {project or 'not set'}")
