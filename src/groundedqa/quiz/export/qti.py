"""A package of QTI 2.1 (https://www.imsglobal.org/question/): a manifest, a test, and one file an item.

QTI has no simple rule for an order that is partly right: an order counts in full or not at all.
An answer in one's own words is left to a person, who sees what it has to be compared with.
"""

from __future__ import annotations

import io
from xml.etree.ElementTree import Element
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from groundedqa.quiz.export.shown import one_line
from groundedqa.quiz.export.xml import add, add_html, document, explained, paragraph, why_wrong
from groundedqa.quiz.items import Choose, Explain, Fill, Item, Match, Order, Quiz
from groundedqa.quiz.kinds.maker import BLANK

_QTI = "http://www.imsglobal.org/xsd/imsqti_v2p1"
_PACKAGE = "http://www.imsglobal.org/xsd/imscp_v1p1"
_EXPLANATION = "EXPLANATION"
_DAWN = (1980, 1, 1, 0, 0, 0)
"""The time of every file in the package, so that the same quiz gives the same bytes."""


def write(quiz: Quiz, title: str) -> bytes:
    """The package as a .zip file."""
    names = [f"item{number:03}" for number in range(1, len(quiz.items) + 1)]
    files = {"imsmanifest.xml": _manifest(names), "test.xml": _test(names, title)}
    files |= {f"{name}.xml": _item(name, item) for name, item in zip(names, quiz.items, strict=True)}
    package = io.BytesIO()
    with ZipFile(package, "w", ZIP_DEFLATED) as archive:
        for name, root in files.items():
            archive.writestr(ZipInfo(name, _DAWN), document(root), ZIP_DEFLATED)
    return package.getvalue()


def _manifest(names: list[str]) -> Element:
    root = Element("manifest", xmlns=_PACKAGE, identifier="MANIFEST")
    metadata = add(root, "metadata")
    add(metadata, "schema", "QTIv2.1 Package")
    add(metadata, "schemaversion", "1.0.0")
    add(root, "organizations")
    resources = add(root, "resources")
    test = add(resources, "resource", identifier="test", type="imsqti_test_xmlv2p1", href="test.xml")
    add(test, "file", href="test.xml")
    for name in names:
        add(test, "dependency", identifierref=name)
    for name in names:
        item = add(resources, "resource", identifier=name, type="imsqti_item_xmlv2p1", href=f"{name}.xml")
        add(item, "file", href=f"{name}.xml")
    return root


def _test(names: list[str], title: str) -> Element:
    root = Element("assessmentTest", xmlns=_QTI, identifier="test", title=one_line(title))
    part = add(root, "testPart", identifier="part", navigationMode="nonlinear", submissionMode="individual")
    add(part, "itemSessionControl", showFeedback="true")
    section = add(part, "assessmentSection", identifier="section", title=one_line(title), visible="true")
    for name in names:
        add(section, "assessmentItemRef", identifier=name, href=f"{name}.xml")
    return root


def _item(name: str, item: Item) -> Element:
    title = one_line(item.claim.concept.title)
    root = Element("assessmentItem", xmlns=_QTI, identifier=name, title=title, adaptive="false", timeDependent="false")
    _declare(root, item)
    score = add(root, "outcomeDeclaration", identifier="SCORE", cardinality="single", baseType="float")
    add(add(score, "defaultValue"), "value", "0")
    add(root, "outcomeDeclaration", identifier="FEEDBACK", cardinality="multiple", baseType="identifier")
    _body(add(root, "itemBody"), item)
    _process(add(root, "responseProcessing"), item)
    _feedback(root, _EXPLANATION, explained(item))
    if isinstance(item.task, Choose):
        for at, option in enumerate(item.task.options):
            if option.origin:
                _feedback(root, f"A{at}", why_wrong(option))
    return root


def _declare(root: Element, item: Item) -> None:
    """What a response is, which one is right, and what each part of it earns."""
    match item.task:
        case Choose(answer=answer):
            _correct(root, "single", "identifier", [f"A{answer}"])
        case Order(answer=order):
            _correct(root, "ordered", "identifier", [f"A{at}" for at in order])
        case Match(answer=partners):
            pairs = [f"L{left} R{right}" for left, right in enumerate(partners)]
            _mapped(_correct(root, "multiple", "directedPair", pairs), pairs, 1 / len(pairs))
        case Fill(accepted=accepted):
            # Every way that is accepted once, since letter case does not count.
            ways = list({way.casefold(): way for way in reversed(accepted)}.values())[::-1]
            _mapped(_correct(root, "single", "string", accepted[:1]), ways, 1, caseSensitive="false")
        case Explain():
            add(root, "responseDeclaration", identifier="RESPONSE", cardinality="single", baseType="string")


def _correct(root: Element, cardinality: str, base: str, values: list[str] | tuple[str, ...]) -> Element:
    made = add(root, "responseDeclaration", identifier="RESPONSE", cardinality=cardinality, baseType=base)
    correct = add(made, "correctResponse")
    for value in values:
        add(correct, "value", value)
    return made


def _mapped(declaration: Element, keys: list[str], value: float, **attributes: str) -> None:
    mapping = add(declaration, "mapping", lowerBound="0", upperBound="1", defaultValue="0")
    for key in keys:
        add(mapping, "mapEntry", mapKey=key, mappedValue=repr(float(value)), **attributes)


def _body(body: Element, item: Item) -> None:
    match item.task:
        case Fill():
            before, blank, after = item.prompt.partition(BLANK)
            add_html(body, paragraph(before))
            line = body[0] if blank else add(body, "p")
            add(line, "textEntryInteraction", responseIdentifier="RESPONSE").tail = after
            return
        case Explain(reference=reference):
            add_html(add(body, "rubricBlock", view="scorer"), paragraph(reference))
    add_html(body, paragraph(item.prompt))
    match item.task:
        case Choose(options=options):
            asked = add(body, "choiceInteraction", responseIdentifier="RESPONSE", shuffle="false", maxChoices="1")
            for at, option in enumerate(options):
                add(asked, "simpleChoice", option.text, identifier=f"A{at}")
        case Order(entries=entries):
            asked = add(body, "orderInteraction", responseIdentifier="RESPONSE", shuffle="false")
            for at, text in enumerate(entries):
                add(asked, "simpleChoice", text, identifier=f"A{at}")
        case Match(left=left, right=right):
            count = str(len(left))
            asked = add(body, "matchInteraction", responseIdentifier="RESPONSE", shuffle="false", maxAssociations=count)
            for side, texts in (("L", left), ("R", right)):
                listed = add(asked, "simpleMatchSet")
                for at, text in enumerate(texts):
                    add(listed, "simpleAssociableChoice", text, identifier=f"{side}{at}", matchMax="1")
        case Explain():
            add(body, "extendedTextInteraction", responseIdentifier="RESPONSE")


def _process(processing: Element, item: Item) -> None:
    """Set the score, then show the explanation and, of a choice, where a wrong option came from."""
    match item.task:
        case Choose() | Order():
            right = add(add(processing, "responseCondition"), "responseIf")
            same = add(right, "match")
            add(same, "variable", identifier="RESPONSE")
            add(same, "correct", identifier="RESPONSE")
            add(add(right, "setOutcomeValue", identifier="SCORE"), "baseValue", "1", baseType="float")
        case Match() | Fill():
            add(add(processing, "setOutcomeValue", identifier="SCORE"), "mapResponse", identifier="RESPONSE")
    shown = add(add(processing, "setOutcomeValue", identifier="FEEDBACK"), "multiple")
    add(shown, "baseValue", _EXPLANATION, baseType="identifier")
    if isinstance(item.task, Choose):
        add(shown, "variable", identifier="RESPONSE")


def _feedback(root: Element, identifier: str, html: str) -> None:
    add_html(add(root, "modalFeedback", outcomeIdentifier="FEEDBACK", identifier=identifier, showHide="show"), html)
