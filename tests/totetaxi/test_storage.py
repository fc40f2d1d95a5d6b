"""Private documents: a folder, or a bucket that is closed and never written over."""

from pathlib import Path

from django.core.files.storage import FileSystemStorage, storages
from storages.backends.s3 import S3Storage

from totetaxi.storage import documents


def test_bucket_is_private_and_never_written_over():
    value = documents(bucket="papers", region="us-east-2", folder=Path("/x"), is_test=False)
    assert value["BACKEND"] == "storages.backends.s3.S3Storage"
    storage = S3Storage(**value["OPTIONS"])
    assert (storage.bucket_name, storage.region_name) == ("papers", "us-east-2")
    assert (storage.file_overwrite, storage.querystring_auth) == (False, True)
    assert (storage.default_acl, storage.custom_domain) == (None, None)
    assert storage.object_parameters == {"ServerSideEncryption": "AES256"}
    patience = storage.client_config
    assert (patience.connect_timeout, patience.read_timeout) == (3, 8)
    assert patience.signature_version == "s3v4"


def test_without_a_bucket_they_lie_in_a_folder(tmp_path: Path):
    value = documents(bucket="", region="us-east-1", folder=tmp_path, is_test=False)
    assert value == {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": tmp_path},
    }
    assert FileSystemStorage(**value["OPTIONS"]).path("receipt/1.pdf") == str(
        tmp_path / "receipt/1.pdf"
    )


def test_tests_write_no_file():
    assert type(storages["documents"]).__name__ == "InMemoryStorage"
