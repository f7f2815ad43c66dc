/* People with a part, languages of others, and how old passwords grow. */
#include "detector/settings/config_reader.h"

#define DAYS_MAX 3650

static bool read_words(tc_config_reader *r, const tc_yaml *node, const char *what,
                       tc_config_part part)
{
    bool ok = true;
    if (!tc_config_list(r, node, what)) return false;
    tc_slice *items = tc_config_room(r, node->count, sizeof(*items));
    uint32_t *lines = tc_config_room(r, node->count, sizeof(*lines));
    if (items == NULL || lines == NULL) return false;
    for (size_t i = 0; i < node->count; i++) {
        ok &= tc_config_text(r, node->items[i], what, &items[i]);
        lines[i] = node->items[i]->line;
    }
    r->config->words[part] = (tc_config_words){items, lines, node->count};
    return ok;
}

bool tc_config_read_service(tc_config_reader *r, const tc_yaml *node)
{
    return read_words(r, node, "accounts.service", TC_CONFIG_SERVICE);
}

bool tc_config_read_helpdesk(tc_config_reader *r, const tc_yaml *node)
{
    return read_words(r, node, "accounts.helpdesk", TC_CONFIG_HELPDESK);
}

bool tc_config_read_vip(tc_config_reader *r, const tc_yaml *node)
{
    return read_words(r, node, "accounts.vip", TC_CONFIG_VIP);
}

bool tc_config_read_foreign(tc_config_reader *r, const tc_yaml *node)
{
    return read_words(r, node, "foreign_languages", TC_CONFIG_FOREIGN);
}

bool tc_config_read_password_days(tc_config_reader *r, const tc_yaml *node)
{
    tc_scalar s = tc_scalar_of(node);
    tc_quoted q;
    bool number = node->kind == TC_YAML_SCALAR && s.kind == TC_SCALAR_NUMBER && s.number.integer;
    if (!number || s.number.whole < 1 || s.number.whole > DAYS_MAX)
        return TC_CONFIG_COMPLAIN(r, node, "passwords.expire_days is a number from 1 to %u, not %s",
                                  DAYS_MAX, tc_quote(&q, node->text));
    r->config->password_days = (uint32_t)s.number.whole;
    r->config->password_days_line = node->line;
    return true;
}
