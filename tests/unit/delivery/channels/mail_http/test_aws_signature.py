"""Requests are signed as AWS's own example is."""

from datetime import UTC, datetime

from kervan.delivery.channels.mail_http.aws_signature import Keys, signed

AT = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)


def test_the_documented_example() -> None:
    """docs.aws.amazon.com, "Signature Version 4 signing process", its worked example for IAM."""
    secret = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY"
    keys = Keys("AKIDEXAMPLE", secret, "us-east-1", "iam")
    headers = signed(
        keys, "GET", "https://iam.amazonaws.com/?Action=ListUsers&Version=2010-05-08",
        {"content-type": "application/x-www-form-urlencoded; charset=utf-8"}, b"", AT,
    )  # fmt: skip
    assert headers["authorization"] == (
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, "
        "SignedHeaders=content-type;host;x-amz-date, "
        "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7"
    )
    assert secret not in repr(keys)
