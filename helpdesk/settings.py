"""All settings of the project, read from the environment with safe defaults."""

import os
from base64 import urlsafe_b64encode
from datetime import timedelta
from pathlib import Path

from django.utils.csp import CSP
from django.utils.translation import gettext_lazy as _

from helpdesk import environment, keys, mfa_roles, starting

ROOT = Path(__file__).resolve().parent.parent
VAR = Path(os.environ.get("HELPDESK_VAR") or ROOT / "var").resolve()
PORT = environment.number("PORT", default=8000)
BASE_URL = os.environ.get("HELPDESK_URL", f"http://127.0.0.1:{PORT}").rstrip("/")

DEBUG = environment.flag("HELPDESK_DEBUG", default=False)
DEMO = environment.flag("DEMO", default=False)
ALLOWED_HOSTS = environment.words("ALLOWED_HOSTS", default="localhost,127.0.0.1,[::1]")
CSRF_TRUSTED_ORIGINS = environment.words("CSRF_TRUSTED_ORIGINS")
PRODUCTION = environment.flag("HELPDESK_PRODUCTION", default=starting.is_exposed(ALLOWED_HOSTS))
HTTPS = environment.flag("HELPDESK_HTTPS", default=PRODUCTION)
MACHINES = environment.number("HELPDESK_MACHINES", default=1)
TRUSTED_PROXIES = environment.number("HELPDESK_TRUSTED_PROXIES", default=0)

# One secret per installation; each use has a key of its own.
_given = os.environ.get("HELPDESK_SECRET_KEY", "")
KEY_GIVEN, KEY_KNOWN = bool(_given), bool(_given) and starting.is_known(_given)
_secret = keys.parse_key(_given) if _given else keys.ensure_key(VAR / "secret.key")
SECRET_KEY = keys.derive(_secret, "django").hex()
# The history names the key of each event, so that old ones verify after a change of secret.
_secrets = [_secret, *map(keys.parse_key, environment.words("HELPDESK_OLD_SECRET_KEYS"))]
SECRET_KEY_FALLBACKS = [keys.derive(each, "django").hex() for each in _secrets[1:]]
AUDIT_KEYS = {keys.fingerprint(each): keys.derive(each, "audit") for each in _secrets}
AUDIT_KEY_ID = keys.fingerprint(_secret)
# Secrets of authenticator apps are stored encrypted; the first key writes, all of them read.
MFA_KEYS = [urlsafe_b64encode(keys.derive(each, "mfa")).decode() for each in _secrets]

INSTALLED_APPS = [
    "audit.apps.AuditConfig",
    "helpdesk.apps.HelpdeskConfig",
    "procedures.apps.ProceduresConfig",
    "tickets.apps.TicketsConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.usersessions",
]
MIDDLEWARE = [
    # The first four are outermost, so that static files, refusals and redirects carry the headers.
    "helpdesk.middleware.HeadersMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "helpdesk.limits.RequestSizeMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "helpdesk.middleware.LanguageMiddleware",
    "helpdesk.middleware.SessionAgeMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "helpdesk.mfa_gate.SecondFactorMiddleware",
    "helpdesk.busy.BusyMiddleware",
]
ROOT_URLCONF = "helpdesk.urls"
WSGI_APPLICATION = "helpdesk.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [ROOT / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "helpdesk.context.face",
            ],
        },
    },
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

DATABASES = {"default": environment.database(f"sqlite:///{VAR / 'helpdesk.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
CACHES = {
    # Sign-in attempts are counted here, across processes, machines and restarts.
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "helpdesk_signin_count",
        "OPTIONS": {"MAX_ENTRIES": 100_000},
    }
}
TASKS = {"default": {"BACKEND": "django.tasks.backends.immediate.ImmediateBackend"}}

# People
AUTH_USER_MODEL = "helpdesk.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator",
        "OPTIONS": {"user_attributes": ("email", "name")},
    },
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "helpdesk.passwords.StretchedPasswordValidator"},
]
PASSWORD_RESET_TIMEOUT = int(timedelta(days=1).total_seconds())
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"
SIGNIN_LINK_AGE = timedelta(minutes=30)
# How long a vendor person may look into a company they are not assigned to.
SUPPORT_VISIT_MINUTES = environment.number("HELPDESK_SUPPORT_VISIT_MINUTES", default=240)

ACCOUNT_ADAPTER = "helpdesk.adapters.InvitedOnlyAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_EMAIL_SUBJECT_PREFIX = ""
ACCOUNT_PREVENT_ENUMERATION = True
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = False
# A link by mail never signs anybody in: after it come password and second factor.
ACCOUNT_LOGIN_ON_PASSWORD_RESET = False
ACCOUNT_LOGIN_ON_EMAIL_CONFIRMATION = False
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "helpdesk.reset_tokens.ResetTokens"  # noqa: S105
ACCOUNT_CHANGE_EMAIL = True
ACCOUNT_REAUTHENTICATION_REQUIRED = True
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if HTTPS else "http"
ACCOUNT_RATE_LIMITS = {
    # "key" is sender and account together: a stranger cannot keep an account's owner out.
    "login_failed": "20/15m/ip,5/15m/key",
    # By account alone, but only who knows the password gets as far as that.
    "mfa_failed": "30/h/key",
    "reset_password": "20/h/ip,3/h/key",
    "export_person": "6/h/user",
    # Tokens of tracking links cannot be guessed; this is for whoever tries all the same.
    "track": "240/m/ip",
    "feedback": "30/h/ip",
    "text_report": "20/h/user",
}
ALLAUTH_TRUSTED_PROXY_COUNT = TRUSTED_PROXIES
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_ROLES = mfa_roles.roles_from(environment.words(mfa_roles.NAME), demo=DEMO)
MFA_ADAPTER = "helpdesk.adapters.SecondFactorAdapter"
MFA_FORMS = {
    "activate_totp": "helpdesk.mfa_forms.SetUpForm",
    "authenticate": "helpdesk.mfa_forms.SignInCodeForm",
    "reauthenticate": "helpdesk.mfa_forms.ConfirmCodeForm",
}
# A code counts half a minute longer on each side, for clocks that differ; each counts once.
MFA_TOTP_TOLERANCE = 1
# Addresses come by invitation; a person with a second factor may change theirs.
MFA_ALLOW_UNVERIFIED_EMAIL = True

# Sessions and cookies
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = int(timedelta(hours=8).total_seconds())
SESSION_ABSOLUTE_SECONDS = int(timedelta(days=7).total_seconds())
SESSION_COOKIE_NAME = "__Host-sid" if HTTPS else "sid"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_NAME = "__Host-csrf" if HTTPS else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = HTTPS
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
LANGUAGE_COOKIE_SECURE = HTTPS

# What browsers are told
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "frame-ancestors": [CSP.NONE],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
}
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = HTTPS
SECURE_REDIRECT_EXEMPT = [r"^livez$", r"^readyz$"]
SECURE_HSTS_SECONDS = int(timedelta(days=365).total_seconds()) if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = environment.flag("HELPDESK_HSTS_PRELOAD", default=False)
# Preloading cannot be taken back for months, so it is for the owner of the domain to ask for.
SILENCED_SYSTEM_CHECKS = [] if SECURE_HSTS_PRELOAD else ["security.W021"]
if TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 10

# Days until what has served its time is deleted; 0 keeps it for ever. Runs and events stay.
RETENTION_DAYS = {
    name: environment.number(f"HELPDESK_RETENTION_{name.upper()}", default=days)
    for name, days in {
        "notices": 365,
        "deliveries": 90,
        "refusals": 365,
        "probes": 365,
        "links": 30,
        "invitations": 90,
        "sessions": 1,
        "places": 30,
        "drafts": 30,
    }.items()
}

# Language and time
LANGUAGE_CODE = "ko"
LANGUAGES = [("ko", _("Korean")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Seoul"

# Static files
STATIC_URL = "/static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [ROOT / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
MEDIA_ROOT = VAR / "files"
# What a company may keep in files beside comments, all of its runs together.
ATTACHMENT_QUOTA_MB = environment.number("HELPDESK_ATTACHMENT_QUOTA_MB", default=1024)

# Mail and DNS
MAILERS = environment.mailers(str(VAR / "mail"))
DEFAULT_FROM_EMAIL = os.environ.get("HELPDESK_FROM", "helpdesk@localhost")
SERVER_EMAIL = DEFAULT_FROM_EMAIL
DNS_RESOLVERS = environment.resolvers()
# Asked besides the authoritative servers, to see how far a change has spread.
DNS_CHECK_RESOLVERS = environment.resolvers("HELPDESK_DNS_CHECK_RESOLVERS")
# Where Godomall's name servers lie, for companies that have no ends of their own configured.
NAME_SERVER_SUFFIXES = environment.words("HELPDESK_NAME_SERVER_SUFFIXES")
DNS_TIMEOUT = 3.0
# Where authoritative servers listen; another port only for one's own name server.
DNS_PORT = environment.number("HELPDESK_DNS_PORT", default=53)

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "helpdesk.logs.LineFormatter"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "django.server": {"handlers": [], "level": "INFO", "propagate": True},
        # Two lines a task would bury the rest; a failed task still speaks.
        "django.tasks": {"handlers": [], "level": "WARNING", "propagate": True},
    },
}

# An unsafe installation does not start, whatever starts it.
starting.refuse(globals())
