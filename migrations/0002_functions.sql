-- The two steps that must be one transaction and are too long for one statement. Everything else
-- is a prepared statement of the daemon.

CREATE FUNCTION jobmatch.feed_identify(OUT system_identifier bigint, OUT timeline integer,
                                       OUT rebased boolean)
LANGUAGE plpgsql AS $$
DECLARE
    known jobmatch.feed_identity;
    here pg_lsn := pg_current_wal_lsn();
BEGIN
    SELECT c.system_identifier INTO system_identifier FROM pg_control_system() c;
    timeline := ('x' || left(pg_walfile_name(here), 8))::bit(32)::integer;
    rebased := false;
    SELECT * INTO known FROM jobmatch.feed_identity;
    IF known.system_identifier = system_identifier AND known.timeline = timeline THEN
        RETURN;
    END IF;
    LOCK TABLE jobmatch.feed_identity IN EXCLUSIVE MODE;
    SELECT * INTO known FROM jobmatch.feed_identity;
    IF known.system_identifier = system_identifier AND known.timeline = timeline THEN
        RETURN;
    END IF;
    IF known.one THEN
        -- The stored transaction ids belong to another history. Forget them, and announce again
        -- whatever had not been matched yet.
        rebased := true;
        LOCK TABLE jobmatch.document IN SHARE MODE;
        DELETE FROM jobmatch.change;
        UPDATE jobmatch.match_cursor SET xid = '0', seq = 0, updated_at = now();
        UPDATE jobmatch.shard_lease SET epoch = epoch + 1, expires_at = '-infinity', owner = '';
        INSERT INTO jobmatch.change (tenant, shard, kind, doc_id, version, op)
            SELECT d.tenant, d.shard, d.kind, d.doc_id, d.version,
                   CASE WHEN d.deleted THEN 'd'::"char" ELSE 'p'::"char" END
              FROM jobmatch.document d
              LEFT JOIN jobmatch.doc_match m USING (tenant, doc_id, shard)
             WHERE m.matched_version IS DISTINCT FROM d.version
             ORDER BY d.doc_id;
    END IF;
    DELETE FROM jobmatch.feed_identity;
    INSERT INTO jobmatch.feed_identity (system_identifier, timeline)
        VALUES (feed_identify.system_identifier, feed_identify.timeline);
END $$;
COMMENT ON FUNCTION jobmatch.feed_identify() IS
    'Compare the cluster with the one the cursors belong to; start the feed anew if it is another.';

CREATE FUNCTION jobmatch.url_part(t text) RETURNS text LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
AS $$
    SELECT CASE WHEN t ~ '^[A-Za-z0-9._~-]*$' THEN t ELSE (
        SELECT string_agg(CASE WHEN c ~ '^[A-Za-z0-9._~-]$' THEN c
               ELSE regexp_replace(upper(encode(convert_to(c, 'UTF8'), 'hex')), '(..)', '%\1', 'g')
               END, '' ORDER BY n)
          FROM regexp_split_to_table(t, '') WITH ORDINALITY AS s(c, n)) END
$$;
COMMENT ON FUNCTION jobmatch.url_part(text) IS 'Percent-encode one part of a path or query.';

-- Arrays named a_ describe arrivals, p_ pairs (p_arrival counts from 1), v_ cursor advances.
CREATE FUNCTION jobmatch.commit_matches(
    a_tenant integer[], a_kind smallint[], a_doc bigint[], a_version bigint[], a_shard smallint[],
    a_epoch integer[], a_total integer[],
    p_arrival integer[], p_job bigint[], p_candidate bigint[], p_job_version bigint[],
    p_candidate_version bigint[], p_score smallint[], p_fit smallint[], p_want smallint[],
    p_evidence smallint[], p_band text[], p_points bytea[],
    v_shard smallint[], v_epoch integer[], v_xid bigint[], v_seq bigint[],
    me text, config_hash_ bigint, dict_version_ bigint, score_step integer,
    OUT created integer, OUT updated integer, OUT withdrawn integer, OUT unchanged integer,
    OUT events integer, OUT deliveries integer, OUT fenced integer)
LANGUAGE plpgsql AS $$
#variable_conflict use_column
DECLARE
    good smallint[]; -- the shards whose lease is ours; locked against takers until commit
BEGIN
    -- Planning costs more than a short list; for a long one a plan made for ten rows would.
    PERFORM set_config('plan_cache_mode', CASE WHEN cardinality(p_job) > 100
                       THEN 'force_custom_plan' ELSE 'force_generic_plan' END, true);
    SELECT coalesce(array_agg(shard), '{}') INTO good FROM (
        SELECT l.shard FROM jobmatch.shard_lease l
         WHERE l.owner = me AND (l.shard, l.epoch) IN (
               SELECT * FROM unnest(a_shard, a_epoch) UNION SELECT * FROM unnest(v_shard, v_epoch))
         ORDER BY l.shard FOR SHARE) held;

    WITH a AS MATERIALIZED (
        -- A list is bounded, so a pair judged on this very version is not gone for being outside
        -- it; only a document that is over takes such pairs with it.
        SELECT t.*, d.doc_id IS NULL OR d.deleted OR d.status <> 0
               OR coalesce(d.expires_at <= now(), false) AS over
          FROM unnest(a_tenant, a_kind, a_doc, a_version, a_shard, a_epoch, a_total)
               WITH ORDINALITY AS t (tenant, kind, doc, version, shard, epoch, total, ord)
          LEFT JOIN jobmatch.document d ON d.tenant = t.tenant AND d.doc_id = t.doc
                                       AND d.shard = t.shard
         WHERE t.shard = ANY (good)
    ), p AS MATERIALIZED ( -- one judgement for each pair: the one on the newest versions
        SELECT DISTINCT ON (a.tenant, t.job, t.candidate)
               a.tenant, a.kind, a.shard AS home, a.epoch, t.*, d.shard
          FROM unnest(p_arrival, p_job, p_candidate, p_job_version, p_candidate_version, p_score,
                      p_fit, p_want, p_evidence, p_band, p_points)
               AS t (ord, job, candidate, jv, cv, score, fit, want, evidence, band, points)
          JOIN a ON a.ord = t.ord
          JOIN jobmatch.document d ON d.tenant = a.tenant AND d.doc_id = t.candidate
          JOIN jobmatch.document j ON j.tenant = a.tenant AND j.doc_id = t.job
         WHERE NOT d.deleted AND NOT j.deleted
         ORDER BY a.tenant, t.job, t.candidate, t.jv DESC, t.cv DESC, t.ord
    ), put AS (
        INSERT INTO jobmatch.match AS m (tenant, job_id, candidate_id, shard, job_version,
               candidate_version, score, fit, want, evidence, band, points, config_hash,
               dict_version, told_score, told_band)
        SELECT tenant, job, candidate, shard, jv, cv, score, fit, want, evidence, band::"char",
               points, config_hash_, dict_version_, score, band::"char"
          FROM p ORDER BY tenant, job, candidate
        ON CONFLICT (tenant, job_id, candidate_id, shard) DO UPDATE SET
            last_op = CASE
                WHEN m.state = 'w' THEN 'c'
                WHEN m.told_band <> excluded.band
                     OR abs(m.told_score - excluded.score) >= score_step THEN 'u'
                WHEN (m.score, m.fit, m.want, m.evidence, m.band) IS DISTINCT FROM
                     (excluded.score, excluded.fit, excluded.want, excluded.evidence, excluded.band)
                     OR m.points IS DISTINCT FROM excluded.points THEN 'q'
                ELSE 'v' END::"char",
            match_version = m.match_version + CASE
                WHEN m.state = 'a' AND m.points IS NOT DISTINCT FROM excluded.points
                     AND (m.score, m.fit, m.want, m.evidence, m.band) IS NOT DISTINCT FROM
                     (excluded.score, excluded.fit, excluded.want, excluded.evidence, excluded.band)
                THEN 0 ELSE 1 END,
            told_score = CASE WHEN m.state = 'w' OR m.told_band <> excluded.band
                     OR abs(m.told_score - excluded.score) >= score_step
                THEN excluded.score ELSE m.told_score END,
            told_band = CASE WHEN m.state = 'w' OR m.told_band <> excluded.band
                     OR abs(m.told_score - excluded.score) >= score_step
                THEN excluded.band ELSE m.told_band END,
            job_version = excluded.job_version, candidate_version = excluded.candidate_version,
            score = excluded.score, fit = excluded.fit, want = excluded.want,
            evidence = excluded.evidence, band = excluded.band, points = excluded.points,
            config_hash = excluded.config_hash, dict_version = excluded.dict_version,
            state = 'a', updated_at = now()
        WHERE excluded.job_version >= m.job_version
          AND excluded.candidate_version >= m.candidate_version
          AND (m.state = 'w'
               OR (m.score, m.fit, m.want, m.evidence, m.band, m.job_version, m.candidate_version,
                   m.config_hash, m.dict_version) IS DISTINCT FROM
                  (excluded.score, excluded.fit, excluded.want, excluded.evidence, excluded.band,
                   excluded.job_version, excluded.candidate_version, excluded.config_hash,
                   excluded.dict_version)
               OR m.points IS DISTINCT FROM excluded.points)
        RETURNING m.tenant, m.job_id, m.candidate_id, m.job_version, m.candidate_version, m.score,
                  m.fit, m.want, m.evidence, m.band, m.match_version, m.last_op AS op
    ), gone AS (
        SELECT m.tenant, m.job_id, m.candidate_id, m.shard, a.shard AS home, a.epoch, a.kind
          FROM a JOIN jobmatch.match m ON a.kind = 0 AND m.tenant = a.tenant
               AND m.job_id = a.doc AND m.state = 'a'
               AND (m.job_version < a.version OR m.job_version = a.version AND a.over)
        UNION ALL
        SELECT m.tenant, m.job_id, m.candidate_id, m.shard, a.shard, a.epoch, a.kind
          FROM a JOIN jobmatch.match m ON a.kind = 1 AND m.tenant = a.tenant
               AND m.candidate_id = a.doc AND m.state = 'a'
               AND (m.candidate_version < a.version OR m.candidate_version = a.version AND a.over)
    ), gone_once AS (
        SELECT DISTINCT ON (g.tenant, g.job_id, g.candidate_id) g.* FROM gone g
         WHERE NOT EXISTS (SELECT FROM p WHERE p.tenant = g.tenant AND p.job = g.job_id
                                           AND p.candidate = g.candidate_id)
         ORDER BY g.tenant, g.job_id, g.candidate_id, g.kind
    ), pull AS (
        UPDATE jobmatch.match m SET state = 'w', last_op = 'w', updated_at = now(),
               match_version = m.match_version + 1
          FROM gone_once g
         WHERE m.tenant = g.tenant AND m.job_id = g.job_id AND m.candidate_id = g.candidate_id
           AND m.shard = g.shard AND m.state = 'a'
        RETURNING m.tenant, m.job_id, m.candidate_id, m.job_version, m.candidate_version, m.score,
                  m.fit, m.want, m.evidence, m.band, m.match_version, m.last_op AS op,
                  g.home, g.epoch, g.kind
    ), news AS MATERIALIZED (
        SELECT put.*, p.home, p.epoch, p.kind FROM put
          JOIN p ON p.tenant = put.tenant AND p.job = put.job_id AND p.candidate = put.candidate_id
        UNION ALL SELECT * FROM pull
    ), book AS (
        INSERT INTO jobmatch.ledger (tenant, shard, job_id, candidate_id, job_version,
               candidate_version, score, fit, want, evidence, band, op, match_version, cause,
               epoch, owner, config_hash, dict_version)
        SELECT tenant, home, job_id, candidate_id, job_version, candidate_version, score, fit,
               want, evidence, band, op, match_version, kind, epoch, me, config_hash_,
               dict_version_
          FROM news WHERE op <> 'v'
    ), done AS (
        INSERT INTO jobmatch.doc_match AS m (tenant, doc_id, shard, matched_version, total,
               config_hash, dict_version, announced_version, announce)
        SELECT a.tenant, a.doc, a.shard, a.version, a.total, config_hash_, dict_version_,
               CASE WHEN a.kind = 0 AND d.status = 0 AND NOT d.deleted THEN a.version ELSE 0 END,
               a.kind = 0 AND d.status = 0 AND NOT d.deleted
          FROM a JOIN jobmatch.document d ON d.tenant = a.tenant AND d.doc_id = a.doc
                                         AND d.shard = a.shard
         ORDER BY a.tenant, a.doc
        ON CONFLICT (tenant, doc_id, shard) DO UPDATE SET
            matched_version = excluded.matched_version, total = excluded.total,
            config_hash = excluded.config_hash, dict_version = excluded.dict_version,
            matched_at = now(),
            announce = excluded.announced_version > m.announced_version,
            announced_version = greatest(excluded.announced_version, m.announced_version)
        WHERE excluded.matched_version >= m.matched_version
        RETURNING m.tenant, m.doc_id, m.shard, m.matched_version, m.total, m.announce
    ), wanted AS MATERIALIZED ( -- what somebody has subscribed to, per tenant
        SELECT DISTINCT e.tenant, t.type FROM jobmatch.endpoint e, unnest(e.types) AS t (type)
         WHERE e.state < 2 AND e.tenant IN (SELECT tenant FROM a)
    ), told AS (
        SELECT n.tenant, n.home, w.type, n.job_id AS job, n.candidate_id AS candidate,
               json_build_object('type', w.type,
                 'timestamp', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                 'data', json_build_object(
                   'job', json_build_object('source', j.source, 'id', j.external_id,
                                            'version', n.job_version),
                   'candidate', json_build_object('source', c.source, 'id', c.external_id,
                                                  'version', n.candidate_version),
                   'score', n.score, 'band', n.band, 'version', n.match_version,
                   'link', '/v1/explain?job=' || jobmatch.url_part(j.source) || '/'
                           || jobmatch.url_part(j.external_id) || '&candidate='
                           || jobmatch.url_part(c.source) || '/'
                           || jobmatch.url_part(c.external_id)))::text AS body
          FROM news n
          JOIN wanted w ON w.tenant = n.tenant AND w.type = CASE n.op WHEN 'c' THEN 'match.created'
               WHEN 'u' THEN 'match.updated' WHEN 'w' THEN 'match.withdrawn' END
          JOIN jobmatch.document j ON j.tenant = n.tenant AND j.doc_id = n.job_id
          JOIN jobmatch.document c ON c.tenant = n.tenant AND c.doc_id = n.candidate_id
        UNION ALL
        SELECT f.tenant, f.shard, w.type, f.doc_id, NULL,
               json_build_object('type', w.type,
                 'timestamp', to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'),
                 'data', json_build_object(
                   'job', json_build_object('source', j.source, 'id', j.external_id,
                                            'version', f.matched_version),
                   'matched', f.total,
                   'listed', (SELECT count(*) FROM p
                               WHERE p.tenant = f.tenant AND p.job = f.doc_id),
                   'link', '/v1/jobs/' || jobmatch.url_part(j.source) || '/'
                           || jobmatch.url_part(j.external_id) || '/candidates'))::text
          FROM done f
          JOIN wanted w ON w.tenant = f.tenant AND w.type = 'job.matched'
          JOIN jobmatch.document j ON j.tenant = f.tenant AND j.doc_id = f.doc_id
         WHERE f.announce
    ), event AS (
        INSERT INTO jobmatch.outbox (tenant, shard, type, body)
        SELECT tenant, home, type, body FROM told
         ORDER BY tenant, job, candidate NULLS LAST
        RETURNING seq, tenant, shard, type
    ), send AS (
        INSERT INTO jobmatch.delivery (tenant, shard, event_seq, endpoint)
        SELECT v.tenant, v.shard, v.seq, e.id FROM event v
          JOIN jobmatch.endpoint e ON e.tenant = v.tenant AND e.state = 0
                                  AND v.type = ANY (e.types)
        RETURNING 1
    )
    SELECT (SELECT count(*) FROM news WHERE op = 'c'),
           (SELECT count(*) FROM news WHERE op IN ('u', 'q')),
           (SELECT count(*) FROM news WHERE op = 'w'),
           (SELECT count(*) FROM p) - (SELECT count(*) FROM news WHERE op IN ('c', 'u', 'q')),
           (SELECT count(*) FROM event), (SELECT count(*) FROM send),
           coalesce(cardinality(a_doc), 0) - (SELECT count(*) FROM a)
      INTO created, updated, withdrawn, unchanged, events, deliveries, fenced;

    UPDATE jobmatch.match_cursor c SET xid = n.xid, seq = n.seq, updated_at = now()
      FROM (SELECT DISTINCT ON (shard) shard, xid::text::xid8 AS xid, seq
              FROM unnest(v_shard, v_xid, v_seq) AS t (shard, xid, seq)
             WHERE shard = ANY (good) ORDER BY shard, t.xid DESC, seq DESC) n
     WHERE c.shard = n.shard AND (c.xid, c.seq) < (n.xid, n.seq);
END $$;
COMMENT ON FUNCTION jobmatch.commit_matches IS
    'Pairs, ledger, events, deliveries and cursors of some arrivals, fenced by the shards'' leases.';
