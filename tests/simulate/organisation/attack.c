#include "tests/simulate/organisation/attack.h"

bool attack_set(org *o)
{
    (void)o;
    return true;
}
