"""P4 and P5 share a step: an address is looked for and kept before it is registered."""

from procedures.definition import ClaimSpec, Gate, Step
from procedures.rules import AddressFree, DomainRegistered, Text

ADMIN = ("mail_admin",)
TESTED_BY_US = Text("시험은 우리가 더한 단계입니다.", "The test is our addition.")

CHECK_ADDRESS = Step(
    "check_address",
    "check",
    Text("주소가 비어 있는지 확인", "Check that the address is free"),
    text=Text(
        "이미 쓰이는 주소면 여기서 다른 주소로 바꿀 수 있습니다. 완료하면 주소를 잡아 둡니다.",
        "Where the address is taken, change it here. Completing this step reserves it.",
    ),
    roles=ADMIN,
    fields=("local_part", "domain"),
    gates=(
        Gate(
            DomainRegistered("domain"),
            ours=Text(
                "고객사의 메인·멀티 도메인이어야 합니다.",
                "It must be a main or multi domain of the tenant.",
            ),
            required=True,
        ),
        Gate(
            AddressFree("local_part"),
            ours=Text(
                "사용자·대표메일·메일링 주소는 서로 겹칠 수 없습니다.",
                "Addresses of users, representative mail and mailing lists never coincide.",
            ),
            required=True,
        ),
    ),
    claims=(ClaimSpec("address:{local_part}", until="cancelled"),),
    tells=ADMIN,
    ours=Text("주소 확인은 우리가 더한 단계입니다.", "Checking is our addition."),
)
