-- Reads ids.csv and export, writes into out, all in the current folder.
-- Members that a record lacks come out as null.
CREATE TABLE ids AS FROM read_csv('ids.csv', all_varchar = true);

COPY (
    SELECT tickets.* REPLACE (
        coalesce(requester.target_id, requester_id) AS requester_id,
        coalesce(assignee.target_id, assigned_to) AS assigned_to
    )
    FROM read_json('export/tickets.jsonl') AS tickets
    LEFT JOIN ids AS requester ON requester.source_id = requester_id
    LEFT JOIN ids AS assignee ON assignee.source_id = assigned_to
) TO 'out/tickets.jsonl' (FORMAT json);

COPY (
    SELECT comments.* REPLACE (coalesce(target_id, author_id) AS author_id)
    FROM read_json('export/ticketComments.jsonl') AS comments
    LEFT JOIN ids ON source_id = author_id
) TO 'out/ticketComments.jsonl' (FORMAT json);

COPY (
    SELECT history.* REPLACE (coalesce(target_id, changed_by) AS changed_by)
    FROM read_json('export/ticketStatusHistory.jsonl') AS history
    LEFT JOIN ids ON source_id = changed_by
) TO 'out/ticketStatusHistory.jsonl' (FORMAT json);
