"""A certificate for the mail catcher: Supabase Lite insists on TLS, even within one machine."""

import ipaddress
import ssl
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from services.embedded.places import write_private
from services.embedded.ports import LOOPBACK

VALID = timedelta(days=3650)


def make_tls_context(folder: Path) -> ssl.SSLContext:
    """Make a key and a certificate for 127.0.0.1, kept in `folder` for clients to trust."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Tandem mail catcher")])
    address = x509.IPAddress(ipaddress.ip_address(LOOPBACK))
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + VALID)
        .add_extension(x509.SubjectAlternativeName([address]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    encoded_key = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    write_private(key_file(folder), encoded_key.decode())
    encoded = certificate.public_bytes(serialization.Encoding.PEM)
    write_private(certificate_file(folder), encoded.decode())
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate_file(folder), key_file(folder))
    return context


def certificate_file(folder: Path) -> Path:
    """What a client has to trust (NODE_EXTRA_CA_CERTS)."""
    return folder / "mail-certificate.pem"


def key_file(folder: Path) -> Path:
    """The certificate's private key; made anew at every start."""
    return folder / "mail-key.pem"
