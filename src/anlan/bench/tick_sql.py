"""What a fired clock of an overdue rectification writes, as one set-based statement."""

FIRE = """
WITH due AS MATERIALIZED (
  SELECT id AS clock_id, case_id, due_at FROM kernel_clock
  WHERE due_at <= %(at)s AND stopped_at IS NULL AND paused_at IS NULL ORDER BY due_at, id LIMIT %(count)s),
moved AS (
  UPDATE hazards_hazard h SET version = h.version + 1, changed_at = %(at)s, marked_at = %(at)s, alarm = '',
    overdue_since = %(day)s
  FROM due WHERE h.id = due.case_id
  RETURNING h.id AS case_id, h.version AS n, h.state, h.area_id, h.department_party, h.level, h.opener, h.what,
    h.owner_party, h.community_party, h.street_party, due.clock_id, due.due_at),
told AS MATERIALIZED (
  SELECT *, nextval('kernel_entry_id_seq') AS entry_id, jsonb_strip_nulls(jsonb_build_object(
      'to', state,
      'given', jsonb_build_object('clock', 'rectify', 'clock_id', clock_id, 'attempt', 0, 'due_at', due_at),
      'set', jsonb_build_object('overdue_since', jsonb_build_array(NULL::text, %(day)s::date)),
      'tell', (SELECT jsonb_agg(jsonb_build_array(party, '隐患整改已逾期：' || left(what, 60), false))
               FROM unnest(ARRAY[owner_party, community_party, street_party]) AS party WHERE party IS NOT NULL),
      'marks', left(encode(sha256(convert_to(concat_ws(E'\\x1e',
        concat_ws(E'\\x1f', 'e', 'late_now', area_id, department_party, level, opener, %(day)s::date, %(at)s::timestamptz, '1.00'),
        concat_ws(E'\\x1f', 'e', 'overdue', area_id, department_party, level, opener, %(day)s::date, %(at)s::timestamptz, '1.00')),
        'UTF8')), 'hex'), 32))) AS data
  FROM moved),
entries AS (
  INSERT INTO kernel_entry (id, kind, subject_id, n, verb, at, told_at, recorded_at, data, digest)
  SELECT entry_id, 'hazard', case_id, n, 'go_overdue', %(at)s, %(at)s, clock_timestamp(), data,
    sha256(convert_to(concat_ws(E'\\x1f', 'hazard', case_id, n, 'go_overdue', 'None', 'None', 'None', 'None',
      %(at)s::timestamptz, %(at)s::timestamptz, clock_timestamp(), data::text, 'None'), 'UTF8'))
  FROM told),
waiting AS (INSERT INTO kernel_pending (entry_id) SELECT entry_id FROM told),
counted AS (
  INSERT INTO kernel_mark (entry_id, kind, case_id, sort, cell, area_id, party_id, level, facet, belongs_on, at, delta)
  SELECT entry_id, 'hazard', case_id, 'e', cell, area_id, department_party, level, opener, %(day)s, %(at)s, 1
  FROM told, unnest(ARRAY['late_now', 'overdue']) AS cell),
stopped AS (
  UPDATE kernel_clock k SET stopped_at = %(at)s, outcome = 'fired', fired_no = 0, stopped_by_id = told.entry_id
  FROM told WHERE k.id = told.clock_id)
INSERT INTO kernel_clock (kind, case_id, name, area_id, party_id, limit_value, limit_unit, calendar_id, rule_id, starts,
  started_at, due_at, remind_at, outcome, fires, started_by_id)
SELECT 'hazard', case_id, 'slip', area_id, street_party, %(limit)s, %(unit)s, %(calendar)s, %(rule)s, 'at', %(at)s,
  %(next_due)s, %(next_remind)s, '', ARRAY['propose_slip'], entry_id
FROM told"""
