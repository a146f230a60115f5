from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flask_phpbb3.phpbb.acl import NEVER, NO, YES, AclRow, TraceStep, UserAcl, fits, trace
from flask_phpbb3.phpbb.acl_options import AclOption, AclOptions
from tests.boards import DATABASES, RECORDED, VERSIONS, golden, load, table

FOUNDER = 3
NAMES = [
    ("f_", 0, 1),
    ("f_read", 0, 1),
    ("f_post", 0, 1),
    ("m_", 1, 1),
    ("m_edit", 1, 1),
    ("m_ban", 1, 0),
    ("a_", 1, 0),
    ("a_user", 1, 0),
    ("u_", 1, 0),
    ("u_search", 1, 0),
]
# The numbers have gaps, as on a board that lost an extension.
OPTIONS = AclOptions(
    AclOption(10 * number, name, bool(is_global), bool(is_local))
    for number, (name, is_global, is_local) in enumerate(NAMES, start=1)
)
IDS = {name: option.auth_option_id for name in OPTIONS if (option := OPTIONS.by_name(name))}
WIDE = AclOptions(AclOption(number, f"u_{number}", True, number <= 31) for number in range(1, 64))


def single(name: str, setting: int, forum_id: int = 0, group_id: int = 0) -> AclRow:
    return AclRow(forum_id, IDS[name], 0, setting, group_id)


def role(role_id: int, forum_id: int = 0, group_id: int = 0) -> AclRow:
    return AclRow(forum_id, 0, role_id, 0, group_id)


def settings(**named: int) -> dict[int, int]:
    return {IDS[name]: setting for name, setting in named.items()}


def compute(
    user_rows: Iterable[AclRow] = (),
    group_rows: Iterable[AclRow] = (),
    role_data: Mapping[int, Mapping[int, int]] | None = None,
    user_type: int = 0,
) -> UserAcl:
    return UserAcl.compute(
        OPTIONS, user_type=user_type, user_rows=user_rows, group_rows=group_rows, role_data=role_data or {}
    )


def steps(
    option: str,
    user_rows: Iterable[AclRow] = (),
    group_rows: Iterable[AclRow] = (),
    role_data: Mapping[int, Mapping[int, int]] | None = None,
    user_type: int = 0,
    forum_id: int = 0,
) -> list[TraceStep]:
    return trace(
        OPTIONS,
        option,
        forum_id,
        user_type=user_type,
        user_rows=user_rows,
        group_rows=group_rows,
        role_data=role_data or {},
    )


def test_a_forum_id_that_no_board_has_takes_no_memory() -> None:
    """A damaged row: the string for it would be lines without end."""
    acl = compute([single("f_read", YES, forum_id=4), single("f_read", YES, forum_id=2**40)])
    assert acl.forums("f_read") == [4]
    assert not acl.has_privilege("f_read", 2**40)
    assert UserAcl.all_of(OPTIONS, (4, 2**40)).forums("f_read") == [4]


class TestOptions:
    def test_bits_follow_the_numbers_whatever_the_order_of_the_rows(self) -> None:
        shuffled = AclOptions(AclOption(n, f"u_{n}", True, False) for n in (3, 1, 2))
        assert shuffled.global_options == ("u_1", "u_2", "u_3")
        assert list(shuffled) == ["u_1", "u_2", "u_3"]
        assert shuffled == AclOptions(AclOption(n, f"u_{n}", True, False) for n in (1, 2, 3))

    def test_names_of_each_line(self) -> None:
        assert OPTIONS.local_options == ("f_", "f_read", "f_post", "m_", "m_edit")
        assert OPTIONS.global_options == ("m_", "m_edit", "m_ban", "a_", "a_user", "u_", "u_search")

    def test_look_up(self) -> None:
        assert "f_read" in OPTIONS
        assert "!f_read" not in OPTIONS
        assert OPTIONS.by_id(20) == OPTIONS.by_name("f_read") == AclOption(20, "f_read", False, True)
        assert OPTIONS.by_id(21) is None
        assert OPTIONS.by_name("f_nothing") is None
        assert len(OPTIONS) == len(NAMES)

    def test_thirty_one_options_take_six_characters(self) -> None:
        assert WIDE.global_width() == 18
        assert WIDE.local_width() == 6
        assert AclOptions([]).global_width() == 0

    def test_rows_of_drivers_that_give_strings(self) -> None:
        row = {
            "auth_option_id": "7",
            "auth_option": "f_",
            "is_global": "0",
            "is_local": "1",
            "founder_only": "0",
        }
        assert AclOption.from_row(row) == AclOption(7, "f_", False, True)
        row = {"forum_id": "2", "auth_option_id": "0", "auth_role_id": "17", "auth_setting": "0"}
        assert AclRow.from_row(row) == AclRow(2, 0, 17, 0)
        assert AclRow.from_row({**row, "group_id": "5"}) == AclRow(2, 0, 17, 0, 5)


class TestFits:
    @pytest.mark.parametrize("blank", ["", " ", "\n\n", " \t\r\n\0\x0b"])
    def test_blank_is_computed(self, blank: str) -> None:
        assert not fits(blank, OPTIONS)

    @pytest.mark.parametrize(
        ("stored", "expected"),
        [
            ("000000", True),
            ("\n\n000000", True),
            ("000000\n\n\n000000\n", True),
            ("00000", False),
            ("0000000", False),
            ("000000\n000000000000", False),
            ("000000000000\n000000", False),
            ("zik0zj", True),
            ("zik0zk", False),  # the 32nd bit makes the line too long
            ("\nzzzzzz", False),
        ],
    )
    def test_length_of_every_line(self, stored: str, expected: bool) -> None:
        assert fits(stored, OPTIONS) is expected

    def test_global_and_forum_lines_have_their_own_length(self) -> None:
        assert fits("0" * 18 + "\n" + "0" * 6, WIDE)
        assert not fits("0" * 6 + "\n" + "0" * 6, WIDE)
        assert not fits("0" * 18 + "\n" + "0" * 18, WIDE)

    def test_no_line_fits_a_board_without_options(self) -> None:
        assert not fits("000000", AclOptions([]))


class TestAsking:
    acl = compute(
        user_rows=[
            single("m_edit", YES),
            single("u_search", YES),
            single("f_read", YES, 2),
            single("f_post", NEVER, 2),
            single("f_post", YES, 5),
            single("f_post", NEVER, 7),
        ]
    )

    def test_global_option_counts_in_every_forum(self) -> None:
        assert self.acl.has_privilege("m_edit")
        assert self.acl.has_privilege("m_edit", 2)
        assert self.acl.has_privilege("m_edit", 999)
        assert self.acl.has_privilege("u_search", 999)

    def test_local_option_counts_in_its_forum(self) -> None:
        assert self.acl.has_privilege("f_read", 2)
        assert not self.acl.has_privilege("f_read", 5)
        assert not self.acl.has_privilege("f_read")
        assert not self.acl.has_privilege("f_read", 999)

    def test_exclamation_mark_turns_the_answer_round_once(self) -> None:
        assert not self.acl.has_privilege("!f_read", 2)
        assert self.acl.has_privilege("!f_read", 5)
        assert self.acl.has_privilege("!f_nothing")
        assert self.acl.has_privilege("!!f_read", 2)

    @pytest.mark.parametrize("unknown", ["", "!f_nothing!", "f_nothing", "F_READ", "f_read "])
    def test_unknown_option_is_not_granted(self, unknown: str) -> None:
        assert self.acl.has_privilege(unknown.lstrip("!"), 2) is False

    @pytest.mark.parametrize("forum_id", [-1, -2, True, 2.0, "2", None, [2], 10**30])
    def test_what_is_no_forum_grants_nothing_of_its_own(self, forum_id: Any) -> None:
        acl = compute([single("f_read", YES, 1), single("f_read", YES, 2), single("a_user", YES)])
        assert acl.has_privilege("f_read", forum_id) is False
        assert acl.has_privilege("a_user", forum_id) is True

    def test_one_of_several(self) -> None:
        assert self.acl.has_privileges("a_user", "f_read", forum_id=2)
        assert not self.acl.has_privileges("a_user", "f_read")
        assert self.acl.has_privileges("a_user", "!f_read")
        assert not self.acl.has_privileges()

    def test_forums(self) -> None:
        assert self.acl.forums("f_read") == [2]
        assert self.acl.forums("f_") == [2, 5]
        assert self.acl.forums("m_edit") == [2, 5, 7]
        assert self.acl.forums("m_ban") == []
        assert self.acl.forums("f_nothing") == []

    def test_forums_without_a_right_need_the_ids_of_the_board(self) -> None:
        assert self.acl.forums("!f_read", [1, 2, 5, 7, 9]) == [1, 5, 7, 9]
        assert self.acl.forums("!f_read", iter([9, 2])) == [5, 7, 9]
        with pytest.raises(TypeError, match="needs forum_ids"):
            self.acl.forums("!f_read")

    def test_anywhere(self) -> None:
        assert self.acl.has_privilege_anywhere("f_read")
        assert self.acl.has_privilege_anywhere("m_edit")
        assert self.acl.has_privilege_anywhere("u_search")
        assert not self.acl.has_privilege_anywhere("a_user")
        assert not self.acl.has_privilege_anywhere("!a_user")

    def test_global_moderator_without_a_forum_line_has_it_nowhere(self) -> None:
        acl = compute([single("m_edit", YES), single("m_ban", YES)])
        assert not acl.has_privilege_anywhere("m_edit")
        assert acl.has_privilege_anywhere("m_ban")
        assert acl.has_privilege("m_edit", 4)


class TestDecoding:
    def test_first_option_is_the_highest_bit(self) -> None:
        assert UserAcl.decode("hra0hs", OPTIONS).has_privilege("m_")  # 2**30
        assert not UserAcl.decode("hra0hs", OPTIONS).has_privilege("m_edit")

    def test_second_group_holds_the_thirty_second_option(self) -> None:
        acl = UserAcl.decode("000000hra0hs000000", WIDE)
        assert [name for name in WIDE if acl.has_privilege(name)] == ["u_32"]

    @pytest.mark.parametrize(
        "line",
        [
            "1_0000",
            "+00001",
            " zik0z",
            "-zik0z",
            "ZIK0ZJ",
            "zik0z\r",
            "٣٣٣٣٣٣",
            "zik0z\u0000",
            "zzzzzz",
            "zik",
            "zik0zjzik0zj",
        ],
    )
    def test_line_that_phpbb_cannot_have_written_grants_nothing(self, line: str) -> None:
        for stored in (line, f"\n{line}", f"{line}\n{line}\n{line}"):
            acl = UserAcl.decode(stored, OPTIONS)
            assert not any(acl.has_privilege(name, forum_id) for name in OPTIONS for forum_id in (0, 1, 2))
            assert acl.forums("m_edit") == []
            assert acl.encode() == ""

    def test_other_lines_survive_a_wrong_one(self) -> None:
        acl = UserAcl.decode("hra0hs\nnonsense\nzik0zj", OPTIONS)
        assert acl.has_privilege("m_", 1)
        assert not acl.has_privilege("f_read", 1)
        assert acl.forums("f_read") == [2]
        assert acl.encode() == "hra0hs\n\nzik0zj"

    def test_line_of_zeros_is_a_line(self) -> None:
        acl = UserAcl.decode("zik0zj\n\n000000", OPTIONS)
        assert acl.forums("m_edit") == [2]
        assert acl.encode() == "zik0zj\n\n000000"

    @given(st.text())
    def test_any_text_is_survived(self, stored: str) -> None:
        acl = UserAcl.decode(stored, OPTIONS)
        assert UserAcl.decode(acl.encode(), OPTIONS) == acl
        assert fits(stored, OPTIONS) in (True, False)

    @given(
        st.dictionaries(st.integers(0, 40), st.sets(st.sampled_from(list(IDS))), max_size=6),
    )
    def test_encoding_and_decoding_agree(self, granted: dict[int, set[str]]) -> None:
        acl = compute([single(name, YES, forum_id) for forum_id, names in granted.items() for name in names])
        decoded = UserAcl.decode(acl.encode(), OPTIONS)
        assert decoded == acl
        assert hash(decoded) == hash(acl)
        assert fits(acl.encode(), OPTIONS) is any(granted.values())
        for forum_id in range(42):
            for name in OPTIONS:
                assert decoded.has_privilege(name, forum_id) is acl.has_privilege(name, forum_id)

    def test_equality_is_about_the_rights_and_the_options(self) -> None:
        assert UserAcl.decode("hra0hs\n\n", OPTIONS) == UserAcl.decode("hra0hs", OPTIONS)
        assert UserAcl.decode("hra0hs", OPTIONS) != UserAcl.decode("hra0ht", OPTIONS)
        assert UserAcl.decode("", OPTIONS) != UserAcl.decode("", WIDE)
        assert UserAcl.decode("", OPTIONS) != ""

    def test_repr_shows_no_bits(self) -> None:
        assert repr(UserAcl.decode("zik0zj\nzik0zj\n\nzik0zj", OPTIONS)) == "<UserAcl: lines for 2 forums>"


class TestMerging:
    def test_any_yes_sets_its_flag(self) -> None:
        acl = compute([single("a_user", YES), single("a_", NEVER), single("m_edit", YES, 3)])
        assert acl.has_privilege("a_")
        assert acl.has_privilege("m_", 3)
        assert not acl.has_privilege("m_")

    def test_group_never_beats_a_users_yes(self) -> None:
        acl = compute(
            [single("f_read", YES, 2)], [single("f_read", NEVER, 2, 5), single("f_read", YES, 2, 6)]
        )
        assert not acl.has_privilege("f_read", 2)

    def test_users_never_beats_a_groups_yes(self) -> None:
        assert not compute([single("u_search", NEVER)], [single("u_search", YES)]).has_privilege("u_search")

    def test_users_single_row_overwrites_and_a_role_fills_what_is_unset(self) -> None:
        roles = {1: settings(u_search=NEVER, m_ban=YES), 2: settings(u_search=YES, m_ban=NEVER)}
        assert compute([role(1), single("u_search", YES)], role_data=roles).has_privilege("u_search")
        assert compute([single("u_search", YES), role(1)], role_data=roles).has_privilege("u_search")
        first = compute([role(1), role(2)], role_data=roles)
        assert (first.has_privilege("m_ban"), first.has_privilege("u_search")) == (True, False)

    def test_groups_never_takes_the_flag_unless_another_option_needs_it(self) -> None:
        never = single("f_post", NEVER, 2)
        assert not compute([single("f_", YES, 2)], [never]).has_privilege("f_", 2)
        assert compute([single("f_", YES, 2), single("f_read", YES, 2)], [never]).has_privilege("f_", 2)

    def test_users_never_leaves_the_flag(self) -> None:
        assert compute([single("f_", YES, 2), single("f_post", NEVER, 2)]).has_privilege("f_", 2)

    def test_founder_has_every_administrators_right_and_no_more(self) -> None:
        acl = compute([], [single("a_user", NEVER), single("u_search", NEVER)], user_type=FOUNDER)
        assert acl.has_privilege("a_user")
        assert acl.has_privilege("a_")
        assert not acl.has_privileges("u_search", "m_edit", "m_")

    def test_role_without_data_is_nothing(self) -> None:
        assert compute([role(77, 2)], [role(78, 3)]).encode() == ""

    def test_only_never_makes_a_line_of_zeros(self) -> None:
        assert compute([single("f_read", NEVER, 2)]).encode() == "\n\n000000"

    def test_row_of_an_option_that_is_gone_grants_nothing(self) -> None:
        assert compute([AclRow(2, 999, 0, YES)], [AclRow(2, 998, 0, NEVER)]).encode() == "\n\n000000"

    def test_setting_out_of_place_has_no_bit(self) -> None:
        acl = compute([single("f_read", YES, 0), single("a_user", YES, 2)])
        assert not acl.has_privilege("f_read")
        assert not acl.has_privilege("a_user", 2)


class TestTrace:
    def test_order_and_running_result(self) -> None:
        found = steps(
            "f_read",
            [role(1, 2), single("f_read", YES, 2), single("f_read", NEVER, 3), single("f_post", YES, 2)],
            [single("f_read", YES, 2, 5), role(1, 2, 6), single("f_read", YES, 2, 7)],
            {1: settings(f_read=NEVER)},
            forum_id=2,
        )
        assert found == [
            TraceStep("user", 0, 1, NEVER, NEVER),
            TraceStep("user", 0, 0, YES, YES),
            TraceStep("group", 5, 0, YES, YES),
            TraceStep("group", 6, 1, NEVER, NEVER),
            TraceStep("group", 7, 0, YES, NEVER),
        ]

    def test_flag_is_taken_and_comes_back(self) -> None:
        found = steps("m_", [single("m_", YES), single("m_ban", YES)], [single("m_edit", NEVER, 0, 5)])
        assert found == [
            TraceStep("user", 0, 0, YES, YES),
            TraceStep("flag", 5, 0, NO, NO),
            TraceStep("flag", 0, 0, YES, YES),
        ]

    def test_founder_comes_last(self) -> None:
        found = steps("a_user", [], [single("a_user", NEVER, 0, 5)], user_type=FOUNDER)
        assert found == [TraceStep("group", 5, 0, NEVER, NEVER), TraceStep("founder", 0, 0, YES, YES)]
        assert steps("m_ban", user_type=FOUNDER) == []

    @pytest.mark.parametrize(
        ("option", "forum_id"), [("f_read", 0), ("a_user", 2), ("f_nothing", 2), ("!f_read", 2)]
    )
    def test_option_without_a_bit_in_the_line(self, option: str, forum_id: int) -> None:
        rows = [AclRow(forum_id, number, 0, YES) for number in IDS.values()]
        assert steps(option, rows, forum_id=forum_id) == []


def final(found: list[TraceStep]) -> bool:
    return bool(found) and found[-1].result == YES


class TestRandomTables:
    """What phpBB 3.3.10 made of 400 random permission tables."""

    @pytest.fixture
    def recorded(self) -> Any:
        return load("3.3.10", "acl-random.json.gz")

    @pytest.fixture
    def options(self, recorded: Any) -> AclOptions:
        return AclOptions(
            AclOption(number, name, bool(is_global), bool(is_local))
            for number, name, is_global, is_local in recorded["acl_options"]
        )

    @staticmethod
    def tables(recorded: Any, case: Any) -> dict[str, Any]:
        return {
            "user_type": case["user_type"],
            "user_rows": [AclRow(*row) for row in case["acl_users"]],
            "group_rows": [AclRow(*row) for row in case["acl_group_rows_seen"]],
            "role_data": {
                int(role_id): {int(option_id): setting for option_id, setting in data.items()}
                for role_id, data in recorded["roles"].items()
            },
        }

    def test_strings_and_answers(self, recorded: Any, options: AclOptions) -> None:
        assert len(recorded["cases"]) == 400
        for case in recorded["cases"]:
            computed = UserAcl.compute(options, **self.tables(recorded, case))
            decoded = UserAcl.decode(case["user_permissions"], options)
            assert computed.encode() == case["user_permissions"]
            assert computed == decoded
            assert fits(case["user_permissions"], options) is (case["user_permissions"] != "")
            for forum_id, answers in case["acl_get"].items():
                assert "".join(str(int(decoded.has_privilege(o, int(forum_id)))) for o in options) == answers
            anywhere = "".join(str(int(decoded.has_privilege_anywhere(o))) for o in options)
            assert anywhere == case["acl_getf_global"]

    def test_trace_ends_with_what_holds(self, recorded: Any, options: AclOptions) -> None:
        for case in recorded["cases"][::20]:
            tables = self.tables(recorded, case)
            forum_ids = {row.forum_id for row in tables["user_rows"] + tables["group_rows"]}
            for forum_id in forum_ids - {0}:
                # The forum's line alone: without global rows nothing else can grant.
                acl = UserAcl.compute(
                    options,
                    user_type=0,
                    user_rows=[row for row in tables["user_rows"] if row.forum_id],
                    group_rows=[row for row in tables["group_rows"] if row.forum_id],
                    role_data=tables["role_data"],
                )
                for option in options:
                    found = final(trace(options, option, forum_id, **tables))
                    assert found is acl.has_privilege(option, forum_id), (option, forum_id)
            acl = UserAcl.compute(options, **tables)
            for option in options:
                assert final(trace(options, option, 0, **tables)) is acl.has_privilege(option)


def permission_tables(version: str) -> tuple[AclOptions, Iterator[tuple[str, dict[str, Any]]]]:
    """The options of a recorded board, and per user id what UserAcl.compute needs."""
    role_data: dict[int, dict[int, int]] = {}
    for row in table(version, "acl_roles_data"):
        role_data.setdefault(row["role_id"], {})[row["auth_option_id"]] = row["auth_setting"]
    skip_auth = {row["group_id"] for row in table(version, "groups") if row["group_skip_auth"]}
    memberships = [
        (row["user_id"], row["group_id"])
        for row in table(version, "user_group")
        if not row["user_pending"] and not (row["group_leader"] and row["group_id"] in skip_auth)
    ]
    users, acl_users, acl_groups = (table(version, name) for name in ("users", "acl_users", "acl_groups"))

    def per_user() -> Iterator[tuple[str, dict[str, Any]]]:
        for user in users:
            groups = {group_id for user_id, group_id in memberships if user_id == user["user_id"]}
            yield (
                str(user["user_id"]),
                {
                    "user_type": user["user_type"],
                    "user_rows": [AclRow.from_row(r) for r in acl_users if r["user_id"] == user["user_id"]],
                    "group_rows": [AclRow.from_row(r) for r in acl_groups if r["group_id"] in groups],
                    "role_data": role_data,
                },
            )

    return AclOptions(AclOption.from_row(row) for row in table(version, "acl_options")), per_user()


@pytest.mark.parametrize(("version", "database"), [pair for pair in RECORDED if pair[0] != "3.3.10"])
def test_recorded_answers(version: str, database: str) -> None:
    recorded = golden(version, database)
    options = AclOptions(AclOption.from_row(row) for row in table(version, "acl_options"))
    assert list(options) == recorded["acl_options"]
    existing = [forum_id for forum_id in recorded["forums"] if forum_id not in (0, 999)]
    for user_id, stored in recorded["user_permissions"].items():
        acl = UserAcl.decode(stored, options)
        assert fits(stored, options) is (stored != "")
        assert acl.encode() == stored
        for forum_id, granted in recorded["acl"][user_id].items():
            assert {o for o in options if acl.has_privilege(o, int(forum_id))} == set(granted)
        for option, forums in recorded["acl_getf"][user_id].items():
            assert acl.forums(option, existing) == sorted(forums)
        for option, answer in recorded["acl_getf_global"][user_id].items():
            assert acl.has_privilege_anywhere(option) is answer
        check_gets(acl, recorded["acl_gets"][user_id])


@pytest.mark.parametrize("version", VERSIONS)
def test_recorded_tables_give_the_recorded_string(version: str) -> None:
    recorded = golden(version, "postgresql")
    options, per_user = permission_tables(version)
    # An administrator who tries on another user's rights keeps those in the string, not the own ones.
    trying_on = {str(row["user_id"]) for row in table(version, "users") if row["user_perm_from"]}
    compared = 0
    for user_id, tables in per_user:
        if user_id in trying_on:
            continue
        if version == "3.3.10":
            expected = recorded["users"].get(user_id, {}).get("acl", {}).get("user_permissions")
        else:
            expected = recorded["user_permissions"].get(user_id)
        if expected is not None:
            assert UserAcl.compute(options, **tables).encode() == expected, user_id
            compared += 1
    assert compared > 40


@pytest.mark.parametrize("version", [version for version in VERSIONS if version != "3.3.10"])
def test_stale_string_of_a_recorded_user_does_not_fit(version: str) -> None:
    stale = golden(version, "postgresql")["stale_permissions_user"]
    options, _ = permission_tables(version)
    (stored,) = (row["user_permissions"] for row in table(version, "users") if row["user_id"] == stale)
    assert stored.strip()
    assert not fits(stored, options)


class TestRichBoard:
    """phpBB 3.3.10, whose board has forums three deep and rights of every kind."""

    @pytest.fixture(params=DATABASES)
    def recorded(self, request: pytest.FixtureRequest) -> Any:
        return golden("3.3.10", request.param)

    @pytest.fixture
    def options(self, recorded: Any) -> AclOptions:
        names = ("auth_option_id", "auth_option", "is_global", "is_local")
        return AclOptions(
            AclOption.from_row(dict(zip(names, row, strict=True))) for row in recorded["acl_options"]
        )

    def test_answers(self, recorded: Any, options: AclOptions) -> None:
        existing = [row["forum_id"] for row in table("3.3.10", "forums")]
        for user in recorded["users"].values():
            answers = user["acl"]
            acl = UserAcl.decode(answers["user_permissions"], options)
            assert acl.encode() == answers["user_permissions"]
            for forum_id, bits in answers["acl_get"].items():
                assert "".join(str(int(acl.has_privilege(o, int(forum_id)))) for o in options) == bits
            assert (
                "".join(str(int(acl.has_privilege_anywhere(o))) for o in options)
                == answers["acl_getf_global"]
            )
            for option, forums in answers["acl_getf"].items():
                assert acl.forums(option, existing) == sorted(forums)
            check_gets(acl, answers["acl_gets"])

    def test_stale_strings(self, recorded: Any, options: AclOptions) -> None:
        for case in recorded["acl_stale"]:
            assert fits(case["given"], options) is not case["renewed"], case["case"]
            if not case["renewed"]:
                acl = UserAcl.decode(case["given"], options)
                assert acl.has_privilege("u_viewprofile") is case["u_viewprofile"]
                assert acl.has_privilege("f_read", 2) is case["f_read_2"]

    def test_users_who_hold_an_option(self, recorded: Any) -> None:
        options, per_user = permission_tables("3.3.10")
        users = [(user_id, tables) for user_id, tables in per_user if user_id in recorded["users"]]
        for asked, expected in recorded["acl_get_list"].items():
            option, _, forum_id = asked.partition("@")
            held = [int(u) for u, tables in users if final(trace(options, option, int(forum_id), **tables))]
            assert sorted(held) == sorted(expected), asked


def check_gets(acl: UserAcl, recorded: Mapping[str, bool]) -> None:
    for asked, answer in recorded.items():
        names, _, forum_id = asked.partition("@")
        assert acl.has_privileges(*names.split("|"), forum_id=int(forum_id or 0)) is answer, asked
