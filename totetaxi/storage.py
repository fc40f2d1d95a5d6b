"""Where private documents lie: as a value of Django's `STORAGES`."""

from pathlib import Path
from typing import Any


def documents(*, bucket: str, region: str, folder: Path, is_test: bool) -> dict[str, Any]:
    """A private S3 bucket, else a folder of this machine; tests keep them in memory.

    Nothing is ever written over, and no file has a public address: the site itself reads it for
    whoever may see it.
    """
    if is_test:
        return {"BACKEND": "django.core.files.storage.InMemoryStorage"}
    if not bucket:
        return {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": folder},
        }
    from botocore.config import Config  # only where there is a bucket: it loads slowly

    # Somebody waits for the page that reads or writes a file.
    patience = Config(
        signature_version="s3v4", connect_timeout=3, read_timeout=8, retries={"max_attempts": 2}
    )
    return {
        "BACKEND": "storages.backends.s3.S3Storage",
        "OPTIONS": {
            "bucket_name": bucket,
            "region_name": region,
            "default_acl": None,  # the bucket's own rule: closed
            "file_overwrite": False,
            "querystring_auth": True,
            "client_config": patience,
            "object_parameters": {"ServerSideEncryption": "AES256"},
        },
    }
