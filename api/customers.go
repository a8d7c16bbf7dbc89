package api

import (
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/gin-gonic/gin"

	"github.com/thau-cx/thau/feedback"
)

func describeErase(r huma.Registry, op *huma.Operation) {
	op.Description = "Records with texts, scores, corrections and ids, what search holds of them, and the account of that id with its signals where no other " +
		"record names it. Answers when nothing is left in the files of the workspace, which takes a while where there is much, and after a quarter of an hour with 202 and the " +
		"job that goes on clearing them; backups are not touched. " + op.Description
	op.Parameters = append(op.Parameters, &huma.Param{Name: "id", In: "path", Required: true, Description: "customer_id, percent-encoded",
		Schema: &huma.Schema{Type: huma.TypeString}})
	addResponse(op, http.StatusOK, jsonType, answerOf[feedback.Erasure](r))
	addResponse(op, http.StatusAccepted, jsonType, answerOf[feedback.Erasure](r))
}

// eraseCustomer answers DELETE /v1/customers/{id}.
func (s *server) eraseCustomer(c *gin.Context) {
	erased, err := s.service.Erase(c.Request.Context(), c.Param("id"))
	if err != nil {
		fail(c, err)
		return
	}
	status := http.StatusOK
	if erased.Job != "" {
		status = http.StatusAccepted
	}
	c.JSON(status, erased)
}
