"""The file of a batch for the bank: pain.008.001.02 and pain.008.001.08, each checked against its schema.

sepaxml writes the message. What it takes from chance and the machine's clock (message id, payment id, time) is put in from the
batch, so that the same sheet gives the same bytes; and a mandate whose account changed is marked, which it cannot do.
"""

import datetime as dt
import threading
from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any, get_args

from lxml import etree
from sepaxml import SepaDD  # type: ignore[import-untyped]

from selfbill.aggregates.direct_debit_batch import Entry, FileFormat, Sheet
from selfbill.moments import local_time
from selfbill.sepa_text import MOST_NAME_CHARACTERS, sepa_text

MOST_TEXT_CHARACTERS = 140
"""Of unstructured remittance information (SEPA Core implementation guidelines EPC130-08, AT-22)."""
NEW_ACCOUNT = "SMNDA"
"""Same mandate, new debtor account: stands in place of the former account when it changed (EPC130-08, AT-18 and AT-24)."""

_WRITING = threading.Lock()
"""sepaxml registers its namespace with the standard library anew for each message, which two threads cannot do at once."""


def render_files(sheet: Sheet) -> Mapping[FileFormat, bytes]:
    """The file in every version that banks take."""
    return {form: render(sheet, form) for form in get_args(FileFormat)}


def render(sheet: Sheet, form: FileFormat) -> bytes:
    """The file in one version: UTF-8, amounts with two decimals, sequence type RCUR, one payment for the whole batch."""
    with _WRITING:
        root = etree.fromstring(_message(sheet, form), _parser())
    _put_in_what_is_fixed(root, sheet, form)
    _mark_new_accounts(root, sheet, form)
    etree.cleanup_namespaces(root)
    _check(root, form)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8")


def _message(sheet: Sheet, form: FileFormat) -> bytes:
    """The message as sepaxml writes it."""
    creditor = sheet.creditor
    message = SepaDD(
        {
            "name": sepa_text(creditor.name, MOST_NAME_CHARACTERS),
            "IBAN": creditor.iban,
            "BIC": creditor.bic,
            "batch": True,
            "creditor_id": creditor.identifier,
            "currency": "EUR",
            "instrument": "CORE",
        },
        schema=form,
        clean=False,
    )
    for entry in sheet.entries:
        message.add_payment(_payment(sheet, entry))
    content = message.export(validate=False)
    assert isinstance(content, bytes)
    return content


def _payment(sheet: Sheet, entry: Entry) -> dict[str, Any]:
    item = entry.item
    return {
        "name": sepa_text(entry.account.name, MOST_NAME_CHARACTERS),
        "IBAN": entry.account.iban,
        "amount": int(item.amount),
        "type": "RCUR",
        "collection_date": sheet.collection_date,
        "mandate_id": item.mandate,
        "mandate_date": entry.signed_on,
        "description": sepa_text(f"Factuur {item.number}, machtiging {item.mandate}", MOST_TEXT_CHARACTERS),
        "endtoend_id": item.end_to_end_id,
    }


def _put_in_what_is_fixed(root: Any, sheet: Sheet, form: FileFormat) -> None:
    for path, text in (
        (".//n:GrpHdr/n:MsgId", sheet.message_id),
        (".//n:GrpHdr/n:CreDtTm", _written(sheet.made_at)),
        (".//n:PmtInf/n:PmtInfId", sheet.message_id),
    ):
        (element,) = root.findall(path, _names(form))
        element.text = text


def _mark_new_accounts(root: Any, sheet: Sheet, form: FileFormat) -> None:
    """Adds the amendment to the mandates of which the bank knows another account."""
    related = root.findall(".//n:MndtRltdInf", _names(form))
    assert len(related) == len(sheet.entries)
    for mandate, entry in zip(related, sheet.entries, strict=True):
        if entry.item.is_amended:
            _add(mandate, form, "AmdmntInd").text = "true"
            account = _add(_add(mandate, form, "AmdmntInfDtls"), form, "OrgnlDbtrAcct")
            _add(_add(_add(account, form, "Id"), form, "Othr"), form, "Id").text = NEW_ACCOUNT


def _add(parent: Any, form: FileFormat, name: str) -> Any:
    return etree.SubElement(parent, f"{{{_namespace(form)}}}{name}")


def _check(root: Any, form: FileFormat) -> None:
    """What goes into a file was checked when it was put down, so a file that is not valid is a mistake of the program."""
    schema = _schema(form)
    is_valid = schema.validate(etree.fromstring(etree.tostring(root), _parser()))
    assert is_valid, f"{form}: {schema.error_log.last_error}"


@lru_cache
def _schema(form: FileFormat) -> Any:
    """The schema of the registration authority, as sepaxml brings it along."""
    return etree.XMLSchema(
        etree.fromstring(files("sepaxml").joinpath("schemas", f"{form}.xsd").read_bytes(), _parser())
    )


def _parser() -> Any:
    return etree.XMLParser(resolve_entities=False, no_network=True)


def _namespace(form: FileFormat) -> str:
    return f"urn:iso:std:iso:20022:tech:xsd:{form}"


def _names(form: FileFormat) -> dict[str, str]:
    return {"n": _namespace(form)}


def _written(moment: dt.datetime) -> str:
    return f"{local_time(moment):%Y-%m-%dT%H:%M:%S}"
