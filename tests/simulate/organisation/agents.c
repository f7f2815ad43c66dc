/* Products of two eras; %u is a version that moves. */
#include "tests/simulate/organisation/agents.h"

typedef struct product {
    const char *text;       /* with up to two %u: version, then the machine's number */
    int share, first, days; /* version at the start; days from one to the next, 0: it stays */
} product;

static const product browsers_2013[] = {
    {"Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/"
     "%u.0.%u.0+Safari/537.36",
     38, 82, 30},
    {"Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/"
     "%u.0.%u.0+Safari/537.36+Edg/88.0.705.53",
     16, 84, 31},
    {"Mozilla/5.0+(Windows+NT+10.0;+Win64;+x64;+rv:%u.0)+Gecko/20100101+Firefox/78.0", 12, 74, 28},
    {"Mozilla/5.0+(Macintosh;+Intel+Mac+OS+X+10_15_%u)+AppleWebKit/605.1.15+(KHTML,+like+Gecko)+"
     "Version/14.0+Safari/605.1.15",
     9, 3, 50},
    {"Mozilla/5.0+(iPhone;+CPU+iPhone+OS+13_%u+like+Mac+OS+X)+AppleWebKit/605.1.15+(KHTML,+like+"
     "Gecko)+Version/13.1+Mobile/15E148+Safari/604.1",
     9, 3, 40},
    {"Mozilla/5.0+(Linux;+Android+10;+SM-A%u5F)+AppleWebKit/537.36+(KHTML,+like+Gecko)+Chrome/"
     "86.0.4240.99+Mobile+Safari/537.36",
     6, 2, 0},
    {"Mozilla/5.0+(Windows+NT+6.1;+Trident/7.0;+rv:%u.0)+like+Gecko", 5, 11, 0},
    {"Mozilla/5.0+(X11;+Linux+x86_64;+rv:%u.0)+Gecko/20100101+Firefox/60.0", 3, 60, 0},
    {"Mozilla/5.0+(iPad;+CPU+OS+12_%u+like+Mac+OS+X)+AppleWebKit/605.1.15+(KHTML,+like+Gecko)+"
     "Version/12.1+Mobile/15E148+Safari/604.1",
     2, 4, 0},
};
static const product browsers_legacy[] = {
    {"Mozilla/4.0+(compatible;+MSIE+8.0;+Windows+NT+6.1;+WOW64;+Trident/4.0;+SLCC2;+.NET+CLR+"
     "2.0.5%u)",
     30, 727, 0},
    {"Mozilla/4.0+(compatible;+MSIE+7.0;+Windows+NT+5.1;+.NET+CLR+1.1.4322;+.NET+CLR+2.0.50%u)", 14,
     727, 0},
    {"Mozilla/5.0+(compatible;+MSIE+%u.0;+Windows+NT+6.1;+WOW64;+Trident/5.0)", 12, 9, 0},
    {"Mozilla/5.0+(Windows+NT+6.1;+WOW64;+rv:%u.0)+Gecko/20100101+Firefox/9.0", 16, 7, 42},
    {"Mozilla/5.0+(Windows;+U;+Windows+NT+5.1;+en-US;+rv:1.9.2.%u)+Gecko/20110303+Firefox/3.6", 9,
     12, 36},
    {"Mozilla/5.0+(Macintosh;+Intel+Mac+OS+X+10_6_%u)+AppleWebKit/533.21.1+(KHTML,+like+Gecko)+"
     "Version/5.0.5+Safari/533.21.1",
     9, 5, 60},
    {"Mozilla/5.0+(Windows+NT+6.1)+AppleWebKit/535.11+(KHTML,+like+Gecko)+Chrome/%u.0.963.56+"
     "Safari/535.11",
     8, 11, 45},
    {"Opera/9.80+(Windows+NT+6.0;+U;+en)+Presto/2.9.168+Version/11.%u", 2, 50, 0},
};
static const product phones[] = {
    {"Apple-iPhone%uC%u/1706.50", 46, 12, 0},       {"Apple-iPad%uC%u/1606.33", 8, 11, 0},
    {"Android-SAMSUNG-SM-G9%u0F/101.%u", 24, 7, 0}, {"Android/9-EAS-%u.3", 8, 2, 0},
    {"Outlook-iOS-Android/1.%u", 4, 0, 0},          {"BlackBerry-BBB%u00-1/10.3", 2, 1, 0},
};
static const product outlooks[] = {
    {"Microsoft+Office/16.0+(Windows+NT+10.0;+Microsoft+Outlook+16.0.%u;+Pro)", 60, 4266, 21},
    {"Microsoft+Office/15.0+(Windows+NT+6.1;+Microsoft+Outlook+15.0.%u;+Pro)", 25, 4745, 0},
    {"Microsoft+Office/14.0+(Windows+NT+6.1;+Microsoft+Outlook+14.0.%u;+Pro)", 15, 7113, 0},
};
static const product macs[] = {
    {"Mac+OS+X/10.15.%u+(19H%u);+ExchangeWebServices/377", 50, 4, 40},
    {"MacOutlook/16.%u.20041201+(Intelx64+Mac+OS+X+10.14.6)", 50, 36, 30},
};

static const product *table(const org *o, agent_class class, uint32_t *count)
{
    switch (class) {
    case AGENT_PHONE:
        *count = TC_COUNT_OF(phones);
        return phones;
    case AGENT_OUTLOOK:
        *count = TC_COUNT_OF(outlooks);
        return outlooks;
    case AGENT_MAC:
        *count = TC_COUNT_OF(macs);
        return macs;
    case AGENT_BROWSER:
        break;
    }
    *count = o->t.era == ERA_LEGACY ? TC_COUNT_OF(browsers_legacy) : TC_COUNT_OF(browsers_2013);
    return o->t.era == ERA_LEGACY ? browsers_legacy : browsers_2013;
}

agent_habit agent_draw(const org *o, agent_class class, rng *r)
{
    uint32_t count, i = 0;
    const product *p = table(o, class, &count);
    int sum = 0, at;
    for (uint32_t k = 0; k < count; k++)
        sum += p[k].share;
    at = (int)rng_below(r, (uint32_t)sum);
    while (i + 1 < count && (at -= p[i].share) >= 0)
        i++;
    return (agent_habit){class, (uint8_t)i, (uint32_t)(rng_next(r) >> 33)};
}

void agent_text(const org *o, agent_habit habit, uint32_t day, char out[AGENT_TEXT])
{
    uint32_t count;
    const product *p = &table(o, habit.class, &count)[habit.product];
    /* Updates reach a machine up to ten days late; machines began at different states. */
    uint32_t lag = habit.machine % 10, version = (uint32_t)p->first;
    if (p->days) version += (day + 10 - lag) / (uint32_t)p->days;
    if (habit.class == AGENT_PHONE) version += habit.machine % 3;
    uint32_t second = 1 + habit.machine % 9;
    if (habit.class == AGENT_BROWSER) second = 4000 + version * 7;
    /* The texts of the tables hold at most two %u. */
    const char *at = p->text;
    size_t n = 0;
    uint32_t given = 0;
    while (*at && n + 12 < AGENT_TEXT) {
        if (at[0] == '%' && at[1] == 'u') {
            n += (size_t)snprintf(out + n, AGENT_TEXT - n, "%u", given++ ? second : version);
            at += 2;
        } else {
            out[n++] = *at++;
        }
    }
    out[n] = 0;
}

void agent_device(agent_habit habit, char id[40], const char **type)
{
    static const char *const types[] = {"iPhone",  "iPad",    "SamsungDevice",
                                        "Android", "Outlook", "BlackBerry"};
    *type = types[habit.product % TC_COUNT_OF(types)];
    if (habit.product == 0 || habit.product == 1)
        snprintf(id, 40, "Appl%08XF%03X", habit.machine * 2654435761u, habit.machine & 0xfff);
    else
        snprintf(id, 40, "%.3s%08X%04X", habit.product == 2 ? "SEC" : "AND",
                 habit.machine * 2246822519u, habit.machine & 0xffff);
}
