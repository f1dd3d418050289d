"""The stand-in for Slack: webhooks and the API for bots, held to what docs.slack.dev says."""
import html
import re

LINK = re.compile(r"<(https?://[^\s<>|]+)\|([^<>|]+)>")
ENTITY = re.compile(r"&(?!amp;|lt;|gt;)")
ZERO_WIDTH_SPACE = "\u200b"

# docs.slack.dev: "Sending messages using incoming webhooks", "Legacy: secondary message
# attachments", "Truncating content".
SLACK_ERRORS = {"no_service": 404, "action_prohibited": 403, "channel_not_found": 404,
                "channel_is_archived": 410}
SLACK_MOST_ATTACHMENTS = 100
SLACK_MOST_FOOTER = 300
SLACK_MOST_TEXT = 40_000


class Refused(Exception):
    """A message that the service would not take: status, the body of the answer, and why."""

    def __init__(self, status, body, why):
        super().__init__(why)
        self.status = status
        self.body = body


def invalid_payload(why):
    return Refused(400, "invalid_payload", why)


def slack_texts(attachment):
    """(where, text) of all that people get to read."""
    for name in ("title", "text", "fallback", "pretext", "footer", "author_name"):
        if name in attachment:
            yield name, attachment[name]
    for field in attachment.get("fields", []):
        yield "fields.title", field.get("title", "")
        yield "fields.value", field.get("value", "")


def check_slack_text(where, text):
    if not isinstance(text, str):
        raise invalid_payload(f"{where} is not a string")
    rest = LINK.sub("", text)
    if "<" in rest or ">" in rest:
        raise invalid_payload(f"{where} has an unescaped < or >: {rest[:200]!r}")
    if ENTITY.search(rest):
        raise invalid_payload(f"{where} has an unescaped &: {rest[:200]!r}")
    if re.search(r"@(channel|here|everyone)", rest):
        raise invalid_payload(f"{where} mentions everybody: {rest[:200]!r}")


def check_slack_attachment(attachment):
    if not re.fullmatch(r"good|warning|danger|#[0-9a-fA-F]{6}", attachment.get("color", "good")):
        raise invalid_payload("color is none")
    if not re.match(r"https?://", attachment.get("title_link", "http://")):
        raise invalid_payload("title_link is no address")
    if not isinstance(attachment.get("ts", 0), int):
        raise invalid_payload("ts is no time")
    if len(attachment.get("footer", "")) > SLACK_MOST_FOOTER:
        raise invalid_payload("the footer is too long")
    for where, text in slack_texts(attachment):
        check_slack_text(where, text)


def slack_method(path):
    """postMessage or update for the API, None for an incoming webhook."""
    found = re.fullmatch(r"/slack/api/chat\.(postMessage|update)", path)
    return found[1] if found else None


def slack_refusal(path, word, status=400, why=None):
    """As a webhook says it, or as the API does."""
    if slack_method(path):
        return Refused(200, {"ok": False, "error": word}, why or word)
    return Refused(status, word, why or word)


def slack_posted(path, payload, messages):
    """What the API answers with: where the message is."""
    if slack_method(path) == "postMessage":
        return {"channel": "C0TOCSIN", "ts": f"1700000000.{len(messages) + 1:06}"}
    here = {"channel": payload.get("channel"), "ts": payload.get("ts")}
    if not any(each.get("ts") == here["ts"] for each in messages) or here["channel"] != "C0TOCSIN":
        raise slack_refusal(path, "message_not_found")
    return {**here, "changed": True}


def slack(path, payload):
    word = path.rstrip("/").rsplit("/", 1)[-1]
    if word in SLACK_ERRORS:
        raise Refused(SLACK_ERRORS[word], word, "asked for")
    if slack_method(path) and not payload.get("channel"):
        raise slack_refusal(path, "channel_not_found")
    attachments = payload.get("attachments", [])
    if not payload.get("text") and not attachments and not payload.get("blocks"):
        raise Refused(400, "no_text", "neither text nor attachments nor blocks")
    if len(attachments) > SLACK_MOST_ATTACHMENTS:
        raise Refused(400, "too_many_attachments", f"{len(attachments)} attachments")
    if "text" in payload:
        check_slack_text("text", payload["text"])
    for attachment in attachments:
        check_slack_attachment(attachment)
    texts = [payload.get("text", "")]
    for attachment in attachments:
        texts += [text for where, text in slack_texts(attachment)
                  if where not in ("title", "fallback")]
    if sum(len(text) for text in texts) > SLACK_MOST_TEXT:
        raise Refused(400, "msg_too_long", "more than 40,000 characters")
    title = attachments[0].get("title", "") if attachments else payload["text"]
    return {"title": slack_read(title), "text": slack_read("\n".join(filter(None, texts)))}


def slack_read(text):
    return html.unescape(LINK.sub(r"\2: \1", text)).replace(ZERO_WIDTH_SPACE, "")
