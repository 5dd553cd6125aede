import pytest

from coherence.errors import NotASteward
from coherence.stewards import Person, Stewards
from storage.database import Database
from storage.stewards import set_stewards
from storage.workspaces import register_workspace
from tests.support.times import NOON

ADMIN, TOM, PRIYA = (Person("T1", user_id) for user_id in ("U-ADMIN", "U-TOM", "U-PRIYA"))


@pytest.fixture
async def stewards(database: Database) -> Stewards:
    async with database.transaction() as session:
        await register_workspace(session, "T1", "Larkfield", now=NOON)

    async def standing(user_id: str) -> bool:
        return user_id == ADMIN.user_id

    return Stewards(database, lambda: NOON, standing, appointed=["U-HANNA"])


async def name(database: Database, user_id: str) -> None:
    async with database.transaction() as session:
        await set_stewards(session, "T1", [user_id], named_by="U-ADMIN", now=NOON)


async def test_admins_appointed_and_named_people_are_stewards(
    database: Database, stewards: Stewards
) -> None:
    await name(database, "U-TOM")
    assert await stewards.is_steward(ADMIN)
    assert await stewards.is_steward(Person("T1", "U-HANNA"))
    assert await stewards.is_steward(TOM)
    assert not await stewards.is_steward(PRIYA)


async def test_others_are_told_whom_to_ask(database: Database, stewards: Stewards) -> None:
    await name(database, "U-TOM")
    with pytest.raises(NotASteward) as refused:
        await stewards.require(PRIYA)
    assert refused.value.to_ask == ("U-TOM", "U-HANNA")


async def test_naming_others_ends_the_earlier_ones(database: Database, stewards: Stewards) -> None:
    await name(database, "U-TOM")
    await name(database, "U-PRIYA")
    assert not await stewards.is_steward(TOM)
    assert await stewards.is_steward(PRIYA)


async def test_a_steward_of_one_workspace_is_none_in_another(
    database: Database, stewards: Stewards
) -> None:
    await name(database, "U-TOM")
    assert not await stewards.is_steward(Person("T2", "U-TOM"))
