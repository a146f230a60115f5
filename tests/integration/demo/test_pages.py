"""What the demo's pages show of a forum, and what changes when somebody uses it."""

from __future__ import annotations

import re
from html import unescape

import pytest
from flask import Flask
from flask.testing import FlaskClient

from .visits import sign_in, token


def topic_path(client: FlaskClient, title: str) -> str:
    """Return where the links of the forums lead to for a topic."""
    for forum in range(1, 9):
        for path, found in re.findall(
            r'<a href="(/topics/\d+)">(.*?)</a>', client.get(f"/forums/{forum}").text
        ):
            if unescape(found).startswith(title):
                return str(path)
    raise AssertionError(title)


def send(client: FlaskClient, path: str, **form: str) -> str:
    """Send a form with its token; return the path that one is led to."""
    answer = client.post(path, data={"csrf_token": token(client), **form})
    assert answer.status_code == 303, answer.text
    return answer.location


def test_front_page_has_news_people_figures_and_birthdays(client: FlaskClient) -> None:
    sign_in(client, "member")
    page = client.get("/").text
    for heading in ("News", "Latest topics", "Who is here", "Birthdays", "In figures"):
        assert f">{heading}</h2>" in page
    assert "Take them before the cat does" not in page
    assert "The burst pipe by plot 31 is mended" in page
    here = page[page.index(">Who is here<") : page.index(">In figures<")]
    assert "Priya Nair" in here
    assert "47 today" in here or re.search(r"\d\d today", here)
    assert "Agnieszka" not in here
    assert "1 hidden" in here
    assert 'aria-label="Committee"' in here


def test_hidden_people_are_named_to_whoever_may_know(client: FlaskClient) -> None:
    sign_in(client, "founder")
    here = client.get("/").text.partition(">Who is here<")[2]
    assert "Agnieszka" in here
    assert '<span class="chip">hidden</span>' in here


@pytest.mark.parametrize("way", ["sign in", "ban oneself"])
def test_banned_people_are_not_here(own_app: Flask, way: str) -> None:
    client = own_app.test_client()
    if way == "sign in":
        sign_in(client, "banned")
        name = "Gordon Pike"
    else:
        sign_in(client, "member")
        send(client, "/what-if/ban")
        name = "Zoë Lindqvist"
    assert "You are banned" in client.get("/").text
    watcher = own_app.test_client()
    sign_in(watcher, "founder")
    page = watcher.get("/").text
    here = page[page.index(">Who is here<") : page.index(">Birthdays<")]
    assert name not in here
    assert "Priya Nair" in here


def test_topics_show_texts_as_the_forum_does(client: FlaskClient) -> None:
    sign_in(client, "member")
    first = client.get(topic_path(client, "Slugs")).text
    assert '<img class="smilies" src="/forum/images/smilies/slug.svg"' in first
    assert "<li>water in the <strong" in first
    second = client.get(topic_path(client, "Slugs") + "?page=2").text
    assert '<pre tabindex="0"' in second
    assert "onclick" not in second
    quote = re.search(r'<cite><a href="/forum/viewtopic\.php\?p=(\d+)#p\d+">.*?</blockquote>', second)
    assert quote
    assert "Go out with a torch at ten." in quote[0]
    assert client.get(f"/forum/viewtopic.php?p={quote[1]}", follow_redirects=True).status_code == 200
    assert '<div class="tip"><b>Tip</b> Nesting birds' in client.get(topic_path(client, "Work morning")).text


def test_hidden_lines_are_for_members(client: FlaskClient) -> None:
    path = topic_path(client, "The new plan")
    for page in (client.get(path).text, client.get("/").text):
        assert "behind the kettle" not in page
    assert "A line here is for members." in client.get(path).text
    sign_in(client, "member")
    assert "behind the kettle" in client.get(path).text


def test_pictures_stand_where_the_text_names_them_and_files_below(client: FlaskClient) -> None:
    sign_in(client, "member")
    page = client.get(topic_path(client, "The new plan")).text
    picture = re.search(r'<img src="([^"]+)" alt="Forty plots, two of them free"', page)
    assert picture
    with client.get(unescape(picture[1])) as answer:
        assert answer.mimetype == "image/png"
        assert answer.data.startswith(b"\x89PNG")
    assert page.count("plan-of-the-plots.png") == 0
    page = client.get(topic_path(client, "Too many tomatoes")).text
    file = re.search(r'<a class="file" href="([^"]+)">seed-list\.txt</a>', page)
    assert file
    with client.get(unescape(file[1])) as answer:
        assert b"Painted Lady" in answer.data


def test_files_are_for_whoever_may_have_them(app: Flask) -> None:
    answers: dict[str | None, list[int]] = {}
    for person in (None, "member", "newcomer"):
        client = app.test_client()
        sign_in(client, person)
        answers[person] = []
        for number in range(1, 5):
            with client.get(f"/forum/download/file.php?id={number}") as answer:
                answers[person].append(answer.status_code)
    assert answers == {
        None: [200, 404, 404, 404],
        "member": [200, 200, 404, 404],
        "newcomer": [200, 200, 200, 404],
    }


@pytest.mark.parametrize("name", ["../attachments/seed-list.txt", "/etc/passwd", "", "..", "nobody.png"])
def test_only_pictures_of_people_are_served_as_such(client: FlaskClient, name: str) -> None:
    assert client.get("/forum/download/file.php", query_string={"avatar": name}).status_code == 404


def test_votes_count_once_and_show_the_results(own_app: Flask) -> None:
    client = own_app.test_client()
    sign_in(client, "member")
    path = topic_path(client, "What becomes")
    assert "<progress" not in client.get(path).text
    topic_id = path.rpartition("/")[2]
    send(client, f"/forum/vote/{topic_id}", option="2")
    again = client.post(f"/forum/vote/{topic_id}", data={"csrf_token": token(client), "option": "2"})
    assert again.status_code == 403
    page = client.get(path).text
    assert re.search(r"A bench in the sun <span[^>]*>your vote</span>.*?2 · 29 %", page, re.DOTALL)
    assert "7 votes" in page
    guest = own_app.test_client().get(path).text
    assert "<progress" in guest
    assert "your vote" not in guest


def test_nobody_votes_without_the_right(own_app: Flask) -> None:
    client = own_app.test_client()
    sign_in(client, "member")
    topic_id = topic_path(client, "What becomes").rpartition("/")[2]
    form = {"csrf_token": token(client), "option": "9"}
    assert client.post(f"/forum/vote/{topic_id}", data=form).status_code == 400
    assert client.post("/forum/vote/999", data=form).status_code == 403
    guest = own_app.test_client()
    assert guest.post(f"/forum/vote/{topic_id}", data={"csrf_token": token(guest)}).status_code == 302


def test_unread_marks_change(own_app: Flask) -> None:
    client = own_app.test_client()
    sign_in(client, "member")
    path = topic_path(client, "What becomes")
    link = f'<a href="{path}">'
    number = path.rpartition("/")[2]
    assert link in client.get("/unread").text
    assert send(client, f"/forum/mark-topic/{number}", redirect=path) == path
    assert link not in client.get("/unread").text
    assert 'chip-new">unread' not in client.get(path).text
    send(client, f"/forum/answer/{number}", redirect=path)
    assert link in client.get("/unread").text
    assert client.get("/forums").text.count("chip-new") >= 2
    send(client, "/forum/mark-all")
    assert "All read" in client.get("/unread").text
    assert "chip-new" not in client.get("/forums").text


@pytest.mark.parametrize("path", ["/forum/mark-topic/{}", "/forum/answer/{}"])
def test_the_stand_in_touches_no_topic_that_one_may_not_read(own_app: Flask, path: str) -> None:
    chair = own_app.test_client()
    sign_in(chair, "administrator")
    number = topic_path(chair, "Minutes").rpartition("/")[2]
    client = own_app.test_client()
    sign_in(client, "member")
    assert client.post(path.format(number), data={"csrf_token": token(client)}).status_code == 404


def test_the_bell_leads_to_the_notifications(own_app: Flask) -> None:
    client = own_app.test_client()
    sign_in(client, "member")
    header = client.get("/").text.partition("</header>")[0]
    bell = re.search(r'href="([^"]+)" aria-label="3 unread notifications"', header)
    assert bell
    page = client.get(bell[1]).text
    assert page.count("chip-new") == 3
    assert "Something that is not yours to read any more" in page
    assert "Swarm" not in page
    for link in re.findall(r'</span> <a href="(/forum/[^"]+)">', page):
        assert client.get(unescape(link), follow_redirects=True).status_code == 200
    send(client, "/forum/mark-notifications")
    assert 'aria-label="0 unread notifications"' in client.get("/").text


def test_messages_are_read_by_their_readers(own_app: Flask) -> None:
    client = own_app.test_client()
    sign_in(client, "member")
    page = client.get("/messages").text
    path = re.search(r'<a href="(/messages/\d+)">The spare key &amp; the shed</a>', page)
    assert path
    assert 'aria-label="2 unread messages"' in page
    page = client.get(path[1]).text
    assert "It lies under the third pot from the left" in page
    send(client, f"/forum/mark-message/{path[1].rpartition('/')[2]}")
    assert 'aria-label="1 unread message"' in client.get("/").text
    for person in (None, "administrator", "founder"):
        other = own_app.test_client()
        sign_in(other, person)
        assert "third pot" not in other.get(path[1]).text


def test_blind_recipients_are_told_to_the_author_only(client: FlaskClient) -> None:
    sign_in(client, "member")
    page = client.get("/messages").text
    assert "Who locks up on Saturday?" in page
    assert "admin" not in page.partition("<main")[2].partition("</main>")[0]
    sign_in(client, "administrator")
    assert "admin (unseen by others)" in client.get("/messages?folder=outbox").text


def test_member_pages_tell_what_the_viewer_may_know(client: FlaskClient) -> None:
    sign_in(client, "member")
    page = client.get("/members").text
    path = re.search(r'<a href="(/members/\d+)">Priya Nair</a>', page)
    assert path
    page = client.get(path[1]).text
    assert "<dt>Plot</dt><dd>12</dd>" in page
    assert "Rent" not in page
    assert "One for plot 12, please." in page
    assert 'src="/forum/download/file.php?avatar=priya.png"' in page
    sign_in(client, "administrator")
    assert "<dt>Rent</dt><dd>paid</dd>" in client.get(path[1]).text


def test_members_are_found_by_the_beginning_of_their_names(client: FlaskClient) -> None:
    sign_in(client, "member")
    main = client.get("/members?prefix=si&order=-posts").text.partition("<main")[2]
    names = re.findall(r"<h3>.*?>([^<>]+)</a>", main)
    assert [unescape(name) for name in names] == ["Siobhán O'Brien"]


def test_long_topics_have_pages(client: FlaskClient) -> None:
    sign_in(client, "member")
    path = topic_path(client, "Slugs")
    first, second = client.get(path).text, client.get(f"{path}?page=2").text
    assert len(re.findall(r"<article class", first)) == 5
    assert len(re.findall(r"<article class", second)) == 2
    assert f'href="{path}?page=2"' in first
    last = re.findall(r'id="p(\d+)"', second)[-1]
    assert client.get(f"/posts/{last}").location == f"{path}?page=2#p{last}"
    odd = client.get(f"{path}?_scheme=javascript&_external=1&endpoint=x&word=a%26b").text
    assert f'href="{path}?_scheme=javascript&amp;_external=1&amp;endpoint=x&amp;word=a%26b&amp;page=2"' in odd
    for page in ("0", "-1", "99999999999999999999", "x"):
        assert client.get(f"{path}?page={page}").status_code == 200


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("viewtopic.php?p=1", "/posts/1"),
        ("viewtopic.php?t=2", "/topics/2"),
        ("viewforum.php?f=2", "/forums/2"),
        ("memberlist.php?mode=viewprofile&u=2", "/members/2"),
        ("ucp.php?i=pm&mode=view&p=3", "/messages/3"),
        ("index.php", "/forums"),
        ("viewtopic.php?p=x", "/topics/0"),
    ],
)
def test_addresses_of_the_forum_lead_to_the_same_here(client: FlaskClient, address: str, path: str) -> None:
    assert client.get(f"/forum/{address}").location == path


def test_every_page_tells_how_it_was_made(client: FlaskClient) -> None:
    sign_in(client, "member")
    page = client.get("/topics/1").text
    made = page[page.index('<aside class="behind"') :]
    assert "posts = phpbb3.fetch_posts(topic_id=topic_id" in unescape(made)
    assert "<code>get_session</code>" in made
    assert "<code>_fetch_posts</code>" in made
    times = re.findall(r"<td>(\d+\.\d\d) ms</td>", made)
    count = re.search(r"(\d+) statements, ", made)
    assert count
    assert int(count[1]) == len(times) > 3
    assert re.search(r"<td><code>queries\.sql:\d+</code></td>", made)


def test_pages_are_seen_as_somebody_else(client: FlaskClient) -> None:
    page = client.get("/forums?from=here").text
    assert '<option value="guest" selected>' in page
    form = re.search(r'name="redirect" value="([^"]+)"', page)
    assert form
    assert send(client, "/sign-in", person="administrator", redirect=unescape(form[1])) == "/forums?from=here"
    page = client.get("/forums").text
    assert '<option value="administrator" selected>' in page
    assert "Committee room" in page
    assert send(client, "/sign-in", person="guest", redirect="/forums") == "/forums"
    assert "Committee room" not in client.get("/forums").text


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("/plot", "Your plot is a page for members."),
        ("/messages", "Private messages are for members."),
        ("/notifications", "Notifications are for members."),
        ("/members", "The list of members is for members."),
        ("/roll", "The members' roll is for whoever manages users."),
    ],
)
def test_the_sign_in_page_says_why(client: FlaskClient, path: str, reason: str) -> None:
    answer = client.get(path)
    assert answer.status_code == 302
    page = unescape(client.get(answer.location).text)
    assert f"<b>{reason}</b> Sign in, and you go straight there." in page
    assert "<b>" + reason not in client.get(f"/forum/login?redirect={path}").text


def test_footer_and_sign_in_page_agree_who_writes(client: FlaskClient) -> None:
    page = client.get("/forum/login").text
    assert "the forum's stand-in writes the session" in unescape(page)
    assert "never writes" not in page
    assert "a stand-in for the forum does what only a forum may" in page
    assert ">Register<" not in page


@pytest.mark.parametrize(
    ("person", "word", "count"),
    [
        (None, "beans", 3),
        (None, "ladder", 0),
        (None, "tomatoes", 0),
        ("member", "tomatoes", 2),
        ("moderator", "ladder", 1),
    ],
)
def test_search_finds_what_one_may_read(
    client: FlaskClient, person: str | None, word: str, count: int
) -> None:
    sign_in(client, person)
    main = client.get(f"/search?words={word}").text.partition("<main")[2].partition("</main>")[0]
    links = re.findall(r'<h3><a href="(/posts/\d+)"', main)
    assert len(links) == count
    for link in links:
        assert client.get(link).status_code == 302
    assert ("Not a bean" in main) is (count == 0)


def test_search_bears_what_is_typed(client: FlaskClient) -> None:
    assert "ten will do" in client.get("/search?words=" + "+".join(map(str, range(100, 120)))).text
    for words in ("*", "-", "%27", "<b>", "a" * 5000, "%00"):
        assert client.get(f"/search?words={words}").status_code == 200


def test_what_is_written_is_found(own_app: Flask) -> None:
    client = own_app.test_client()
    sign_in(client, "member")
    number = topic_path(client, "What becomes").rpartition("/")[2]
    before = client.get("/search?words=fallow").text.count("<h3>")
    send(client, f"/forum/answer/{number}")
    assert client.get("/search?words=fallow").text.count("<h3>") == before + 1


def test_the_feed_is_the_guests(client: FlaskClient) -> None:
    sign_in(client, "administrator")
    answer = client.get("/feed")
    assert answer.mimetype == "application/atom+xml"
    assert "The burst pipe by plot 31" in answer.text
    for kept_back in ("Swarm", "Rent stays", "behind the kettle", "tomatoes", "Hello from plot 7"):
        assert kept_back not in answer.text


def test_a_table_that_is_wide_says_so(client: FlaskClient) -> None:
    page = client.get("/you").text
    assert "Swipe the table: there are 12 columns." in page
    assert 'role="region" aria-label="Marks of each forum"' in page
