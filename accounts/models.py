"""A person. Knows no district: what they may do where is a membership (`schools.models`)."""

from importlib import import_module
from typing import Any, ClassVar

from django.conf import settings
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from uuid_utils.compat import uuid7

# Of a domain that is never anybody's (RFC 2606).
_OF_PROGRAMS = "@ninefold.invalid"


class UserManager(BaseUserManager["User"]):
    """Makes people from an e-mail address."""

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """A person who can sign in once a password is set."""
        user = self.model(email=email.strip().lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_program(self, name: str) -> "User":
        """The one under whose name a program's words stand: nobody signs in as it."""
        email = f"program-{uuid7().hex}{_OF_PROGRAMS}"
        return self.create_user(email, name=name, is_active=False)

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """An operator: everything in the admin."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class User(AbstractBaseUser, PermissionsMixin):
    """A person who signs in by e-mail."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=150)
    language = models.CharField(
        _("language"), max_length=10, choices=settings.LANGUAGES, blank=True, default=""
    )
    gets_comments_by_mail = models.BooleanField(_("mail about comments"), default=True)
    gets_reminders_by_mail = models.BooleanField(_("reminders by mail"), default=True)
    mail_refused_at = models.DateTimeField(
        _("mail was refused"),
        null=True,
        blank=True,
        editable=False,
        help_text=_("When the mail server of this address last said that there is nobody."),
    )
    is_staff = models.BooleanField(_("operator"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("joined"), auto_now_add=True)

    objects = UserManager()

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        constraints: ClassVar = [
            models.UniqueConstraint(Lower("email"), name="one_person_per_email_whatever_its_case"),
        ]

    def __str__(self) -> str:
        if self.is_program:
            return gettext("%(name)s (a program)") % {"name": self.name}
        return self.name or self.email

    @property
    def is_program(self) -> bool:
        """Whether it is no person who writes, but a district's own program."""
        return self.email.endswith(_OF_PROGRAMS)

    def get_short_name(self) -> str:
        """The name the pages use."""
        return str(self)


class Session(AbstractBaseSession):
    """A session, with what its person is shown of it. Filled by `accounts.sessions` alone.

    The columns repeat what the session itself holds, so that a person's sessions can be found.
    """

    shown_as = models.UUIDField(null=True, editable=False, db_index=True)
    """Its name on pages: the key itself would let whoever sees it in.

    Not unique: a session that gets another key is there twice for a moment.
    """
    user = models.ForeignKey(User, null=True, on_delete=models.CASCADE, related_name="sessions")
    started_at = models.DateTimeField(null=True)
    seen_at = models.DateTimeField()
    address = models.GenericIPAddressField(null=True)
    device = models.CharField(max_length=80, blank=True, default="")
    kind = models.CharField(max_length=10, blank=True, default="")

    class Meta(AbstractBaseSession.Meta):
        verbose_name = _("session")  # type: ignore[assignment]
        verbose_name_plural = _("sessions")  # type: ignore[assignment]

    @classmethod
    def get_session_store_class(cls) -> Any:
        """The engine: named by the settings, because it imports this model."""
        return import_module(settings.SESSION_ENGINE).SessionStore
