tc_unit_test(parsers/mail_stamp LINKS tc_parsers)
tc_unit_test(parsers/mail_line LINKS tc_parsers)
tc_unit_test(parsers/mail_servers LINKS tc_parsers)
